/* The election of Network.bullyElection. N, at most 8, is given with -D. Everybody's state stands in arrays, since a
   question is answered by the state of whoever is asked: a step of ours is one d_step. */
#define IDLE 0     /* argument: the leader */
#define ELECTION 1 /* argument: whom to ask next; answered: the set of those that did */
#define TELLING 2  /* argument: the set of those to be told */
#define DEAD 3

byte mode[N], argument[N] = N - 1, answered[N];
byte left = N - 1; /* may crash */
byte asked; /* 0 but within a step */

#define self _pid
#define has(set, k) (set & (1 << k))

inline become(k, m, a) { mode[k] = m; argument[k] = a; answered[k] = 0 }
inline elect(k) { become(k, ELECTION, k + 1) }
inline lead(others) {
  if
  :: (others) == 0 -> become(self, IDLE, self)
  :: else -> become(self, TELLING, others)
  fi
}

/* What concerns one other node. */
#define WITH(k) \
  :: d_step { mode[self] == ELECTION && argument[self] == N && has(answered[self], k) && mode[k] == DEAD -> \
       elect(self) } \
  :: d_step { mode[self] == TELLING && has(argument[self], k) && mode[k] <= ELECTION -> \
       become(k, IDLE, self); lead(argument[self] & ~(1 << k)) } \
  :: d_step { mode[self] == TELLING && has(argument[self], k) && mode[k] == DEAD -> \
       lead(argument[self] & ~(1 << k)) }

active [N] proctype Node() {
  do
  :: mode[self] == IDLE && argument[self] == self /* works */
  :: d_step { mode[self] != DEAD && left > 0 -> become(self, DEAD, 0); left-- }
  :: d_step { mode[self] == IDLE && argument[self] != self && mode[argument[self]] == DEAD -> elect(self) }
  :: d_step { mode[self] == ELECTION && argument[self] < N && mode[argument[self]] != DEAD ->
       asked = argument[self];
       if
       :: mode[asked] == IDLE -> elect(asked)
       :: else
       fi;
       answered[self] = answered[self] | (1 << asked);
       asked = 0;
       argument[self]++ }
  :: d_step { mode[self] == ELECTION && argument[self] < N && mode[argument[self]] == DEAD -> argument[self]++ }
  :: d_step { mode[self] == ELECTION && argument[self] == N && answered[self] == 0 -> lead((1 << self) - 1) }
  WITH(0)
  WITH(1)
  WITH(2)
  WITH(3)
#if N > 4
  WITH(4)
#endif
#if N > 5
  WITH(5)
#endif
#if N > 6
  WITH(6)
#endif
#if N > 7
  WITH(7)
#endif
  od
}
