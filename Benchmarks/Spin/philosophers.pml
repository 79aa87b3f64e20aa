/* The philosophers of Network.hastyPhilosophers: picks up its own fork, then its neighbour's, puts down its own, then
   its neighbour's. N is given with -D. A step of ours is one statement; the forks need no process of their own. */
bool taken[N];

#define OWN _pid
#define OTHER ((_pid + 1) % N)

active [N] proctype Philosopher() {
  do
  :: d_step { !taken[OWN] -> taken[OWN] = true };
     d_step { !taken[OTHER] -> taken[OTHER] = true };
     taken[OWN] = false;
     taken[OTHER] = false
  od
}
