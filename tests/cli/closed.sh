# Closed standard descriptors: no file of the run takes their places, where what is printed would go into it.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run "${tiny[@]}" --set train.max_steps=1000000 <&- >&- 2>&- &
program=$!
for ((k = 0; k < 1000; k++)); do
  [ -e run/config.yaml ] && break
  sleep 0.02
done
for fd in 0 1 2; do readlink /proc/$program/fd/$fd; done
{
  kill -KILL $program
  wait $program
} 2>/dev/null # the shell says "Killed"
"$R2S" --version >&-
echo "exit $?"
