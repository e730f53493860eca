import { analyse } from '../../../../documents/lexical/index.ts';

/** Words that documents and their readers use for the same thing, one group per line. */
const GROUPS = `
maximum max longest largest biggest most limit cap ceiling quota upper
minimum min smallest lowest least shortest
delete remove erase uninstall drop discard clear
disable deactivate off turn prevent stop
enable activate on turn allow
create make add generate new
change modify update edit alter set
configure set setting option parameter setup
error exception failure fail throw
fail crash break reject
size big large
duration long time timeout
often frequency rate interval every
start begin launch
stop end terminate kill
show display list view print
charge cost price pay billing free fee
permission access allow role policy
variable env environment
folder directory path
file document
return give respond response reply back
request call invocation invoke
support available compatible
need require must necessary mandatory
get retrieve fetch obtain read
send post transmit
simultaneous concurrent parallel same
default initial
deprecated outdated obsolete old
reuse share
version release
recommend advice best suggest should
difference differ versus vs
restrict limit
fast quick speed performance
slow latency delay
function method
argument parameter option flag
field attribute property key
install setup
build compile
run execute
ignore skip exclude omit
check validate verify
package module library dependency
command cli
publish release deploy upload
public unauthenticated open anonymous
name call
password secret credential token
sign login authenticate authentication
multiple several many more
revenue sale
income profit earnings
expense cost
employee staff worker
include consist comprise contain constitute
`;

let groups: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** Terms that mean nearly the same as a term; empty if none is known. */
export function synonymsOf(term: string): ReadonlySet<string> {
  groups ??= read();
  return groups.get(term) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

function read(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const group of GROUPS.trim().split('\n')) {
    const terms = analyse(group);
    for (const term of terms) {
      const others = found.get(term) ?? new Set();
      for (const other of terms) if (other !== term) others.add(other);
      found.set(term, others);
    }
  }
  return found;
}
