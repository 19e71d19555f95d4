# Ctrl-C while the figures are drawn, by a gnuplot that sends it: what is there, and the commands that go on.
. "$(dirname "$0")/tiny.inc"
mkdir stand_in
printf '#!/bin/sh\nmkdir '"$PWD"'/once 2>/dev/null && kill -INT $PPID\nexec sleep 60\n' >stand_in/gnuplot # two of them are at work
chmod +x stand_in/gnuplot
PATH=$PWD/stand_in:$PATH "$R2S" run -o 'a run' --quiet "${tiny[@]}" 2>&1 | grep 'go on'
"$R2S" figures 'a run' -q && "$R2S" report 'a run' -q && ls 'a run/figures/fig3.pdf' 'a run/report.html'
