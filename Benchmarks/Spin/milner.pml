/* The scheduler of Network.milnerScheduler. N is given with -D. A cell is where its process stands, and whether it was
   let go: at rest and let go it may start. A step of ours is one statement; the signal writes to the next cell. */
bool turned[N];

/* Cell 0 may start at first. */
#define IS_LET_GO(k) (turned[k] == (k != 0))
#define LET_GO(k) turned[k] = (k != 0)
#define HOLD(k) turned[k] = (k == 0)

active [N] proctype Cell() {
  do
  :: d_step { IS_LET_GO(_pid) -> HOLD(_pid) }; /* starts */
     LET_GO(((_pid + 1) % N)); /* signals */
     true /* finishes */
  od
}
