/**
 * A script for a POSIX shell on Linux that ends processes with all that they have started: their descendants, also those that have
 * left their session, and what is in a session of theirs, also when its parent has ended. It gives them time to clear up: SIGINT
 * first, after a second SIGTERM, after another one SIGKILL. What belongs to another user is signalled by `sudo`, if that asks for no
 * password. It prints a line when it has begun, and ends when they are gone.
 *
 * `isMeant` tells which processes to begin with: shell code that succeeds or fails for the process `$p`, whose parent is `$q`; it
 * is asked once. The script goes through any shell: it holds no single quotes, line breaks or exclamation marks, and `isMeant` has
 * to do without them as well.
 */
export function endProcesses(isMeant: string): string {
  return [
    `isMeant() { ${isMeant}; };`,
    // Each by its number and its start: the number alone may go to another process meanwhile.
    'known=" ";',
    'note() { case $known in *" $1:$2 "*) ;; *) known="$known$1:$2 "; isNew=yes ;; esac; };',
    'descend() {',
    'all=;',
    'for f in /proc/[0-9]*/stat; do',
    'read -r s < "$f" || continue; p=${s%% *}; set -- ${s##*) }; q=$2; all="$all $p:$q:$4:${20}";',
    'if [ $isFirst = yes ] && isMeant; then note $p ${20}; fi;',
    'done;',
    'isFirst=no; isNew=yes;',
    'while [ $isNew = yes ]; do isNew=no;',
    'for e in $all; do p=${e%%:*}; e=${e#*:}; q=${e%%:*}; e=${e#*:};',
    // Whose parent has ended is still in the session of one that is known.
    'case $known in *" $q:"* | *" ${e%%:*}:"*) note $p ${e#*:} ;; esac;',
    'done; done; };',
    'runs() { p=${1%%:*}; read -r s < /proc/$p/stat || return; set -- ${1#*:} ${s##*) };',
    'case $2 in Z) false ;; *) [ "${21}" = $1 ] ;; esac; };',
    'anyRuns() { for e in $known; do if runs $e; then return; fi; done; false; };',
    'signal() {',
    'others=;',
    'for e in $known; do if runs $e; then kill -s $1 $p || others="$others $p"; fi; done;',
    'if [ "$others" ]; then sudo -n sh -c "kill -s $1 $others"; fi; };',
    'echo begun; isFirst=yes;',
    'for name in INT TERM KILL; do',
    'descend; signal $name;',
    'for t in 1 2 3 4 5 6 7 8 9 10; do',
    // What one of them has started just before its end is known only now.
    'anyRuns || { descend; anyRuns || exit 0; signal $name; };',
    'sleep 0.1 || { sleep 1; break; };',
    'done; done 2>/dev/null',
  ].join(' ');
}
