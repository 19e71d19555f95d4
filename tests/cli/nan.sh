# Numbers that overflow in training: it stops, and says at which step and why.
. "$(dirname "$0")/tiny.inc"
"$R2S" task show go-nogo-short | sed 's/value: 1}/value: 3e38}/' >huge.yaml
grep -c 3e38 huge.yaml
"$R2S" train -o run --quiet --task huge.yaml "${tiny[@]}"
echo "exit $?"
ls run | grep -e model -e checkpoint || echo "no model"
