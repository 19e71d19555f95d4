# Without gnuplot: told with the package's name; scripts, data and the report are there all the same.
. "$(dirname "$0")/tiny.inc"
mkdir empty
PATH=$PWD/empty "$R2S" run -o run --quiet "${tiny[@]}"
echo "exit $?"
ls run/figures/*.gp >/dev/null && ls run/REPORT.md
ls run/figures | grep -c 'png$' || true
