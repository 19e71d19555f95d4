# A pipe that nobody reads any more, as behind `2>&1 | head -1`: work goes on, and what can't be told is an error; a
# list ends.
. "$(dirname "$0")/tiny.inc"
mkfifo pipe
exec 3<>pipe 4>pipe 3>&-
"$R2S" train -o run "${tiny[@]}" >&4 2>&4
echo "exit $?"
ls run/model.h5
"$R2S" convert run --json --quiet >&4
echo "exit $?"
"$R2S" options >&4 2>said
code=$?
# 1: whoever started the test ignores SIGPIPE, which can't end the program then
if [ $code = 141 ]; then cat said; elif [ $code != 1 ]; then echo "exit $code"; fi
