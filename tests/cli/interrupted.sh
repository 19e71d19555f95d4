# An interrupt: the message says with which command to go on, whatever stage it came in.
. "$(dirname "$0")/tiny.inc"
mkdir bin
# once: a second signal would end the program
cat >bin/gnuplot <<END
#!/bin/sh
mkdir $PWD/sent 2>/dev/null && kill -INT \$PPID
exec sleep 60
END
# has NEST when it is asked first
cat >bin/python <<END
#!/bin/sh
test ! -e $PWD/asked || exec $PWD/bin/gnuplot
touch $PWD/asked
echo version 3.10.0
END
chmod +x bin/gnuplot bin/python
train() {
  : >said
  "$R2S" "$@" 2>said &
  until grep -q 'train: ' said; do sleep 0.1; done
  kill -TERM $!
  wait $!
  echo "exit $?"
  grep -o "the training's state.*" said
}
echo "---- while it trains"
echo "train: {max_steps: 100000, batch: 16, test_trials: 2}" >long.yaml
train run long.yaml -o long --engine native,nest --python bin/python --matched
train train long.yaml -o long --resume --set net.n=250
echo "---- in NEST"
rm asked
"$R2S" run -o "a run" --quiet --engine native,nest --python bin/python "${tiny[@]}"
echo "exit $?"
ls "a run/certificate.csv"
test -e "a run/REPORT.md" || echo "no report"
echo "---- while a figure is drawn"
rmdir sent
PATH=$PWD/bin:$PATH "$R2S" run -o "a run" --quiet "${tiny[@]}"
echo "exit $?"
test -e "a run/REPORT.md" || echo "no report"
