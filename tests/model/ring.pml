/* The ring of records (lib/shm/ring_writer.h, ring_reader.h) between one writer, which may be killed at
 * any step, and two readers that it knows nothing of.
 *
 * Kept: the order of the stores and loads, and what they decide. Left out: an entry is two words here,
 * and its place is its number; the ring holds three. Loads and stores of a word are one step each, and
 * anybody may go on between any two of them. Stores that no fence keeps apart go out in any order.
 *
 * What a reader takes is whole and is the entry that it asked for, in order, each once; the others it
 * counts as lost; and whatever the writer had published when it died can be read to its end.
 *
 *   -DNO_INTENT   the reader holds its place against tail instead of intent
 *   -DNO_FENCE    the writer's words may overtake its intent
 *   -DNO_PUBLISH  the writer stores tail before the words
 * Each of these must be found out.
 */
#define SLOTS 3
#define ENTRIES 4

byte word[6];      /* two for each slot: the number of the entry that they are of, counted from 1 */
byte intent, tail; /* up to which entry the writer may have stored words; up to which all are whole */
bool alive = true;

#define FIRST(entry) word[2 * ((entry) % SLOTS)]
#define SECOND(entry) word[2 * ((entry) % SLOTS) + 1]
#ifdef NO_INTENT
#define REACHED tail
#else
#define REACHED intent
#endif

active proctype writer() {
  byte entry = 0;
  bool raised, first, second;
  do
  :: entry == ENTRIES -> break
  :: break /* killed between two entries */
  :: entry < ENTRIES ->
#ifdef NO_PUBLISH
     tail = entry + 1;
#endif
     d_step { raised = false; first = false; second = false }
#ifndef NO_FENCE
     intent = entry + 1;
     raised = true;
#endif
     do
     :: !raised -> atomic { intent = entry + 1; raised = true }
     :: !first -> atomic { FIRST(entry) = entry + 1; first = true }
     :: !second -> atomic { SECOND(entry) = entry + 1; second = true }
     :: raised && first && second -> break
     :: goto killed
     od;
     entry++;
     if
     :: tail = entry /* the burst is through */
     :: true         /* it goes on, but never by a whole ring */
        if
        :: entry - tail >= SLOTS - 1 -> tail = entry
        :: else
        fi
     fi
  od;
killed:
  alive = false
}

active [2] proctype reader() {
  byte next = 0; /* the entry that it wants; those before it were taken or counted as lost */
  byte first, now;
  do
  :: atomic { !alive && next == tail -> break }
  :: tail > next ->
     atomic {
       now = REACHED;
       if
       :: now > next + SLOTS -> next = now - SLOTS; now = 0; goto again /* it has been overtaken */
       :: else -> now = 0
       fi
     }
     first = FIRST(next);
     atomic {
       now = SECOND(next);
       first = (first == now -> now : 0) /* 0: it has parts of two entries */
     }
     atomic {
       now = REACHED;
       if
       :: now > next + SLOTS /* it was overwritten while it was copied */
       :: else ->
          assert(first == next + 1);
          next++
       fi;
       first = 0; now = 0
     }
again: skip
  od
}
