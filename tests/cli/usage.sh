# Wrong use and wrong configuration: a message that says what was found and what was expected, exit code 2, no folder.
try() {
  echo "\$ rate2spike $*"
  "$R2S" "$@" 2>&1
  echo "exit $?"
}
try dance
try run --faster
try run -x
try run --seed
try run --json=yes
try run a.yaml b.yaml
try run missing.yaml
try run ''
"$R2S" run '' --help | head -1
try run --set train.batch
try run --set train.bach=3
try run --set train.batch=0
try convert "$DATA/authors_gonogo.mat" --set 'task = go-nogo' --set ' dance =1'
try run --set train.learning_rate=0.2x
try run --seed -1
try run --threads many
try run --engine brian
try run --recipe fast
try run --task go-nogo-shirt
try convert
try convert missing.mat
try convert model.h5 --scales 20:5
try simulate missing --model lif-unit
try simulate missing --model hh
try simulate missing --engine nest --model lif
try train --resume -o missing
try figures
try figures missing
try report missing
try inspect
try inspect missing.mat
try inspect a b
try verify model.mat
try verify missing.mat missing_case.mat
try task
try task dance
try task show nothing
try export missing.mat
try export missing.mat --mat out.mat
try options nothing.
cat >wrong.yaml <<'YAML'
train:
  batch: 32
  learning_rat: 0.1
YAML
try run wrong.yaml
cat >wrong.yaml <<'YAML'
net:
  n: 0.2x
YAML
try run wrong.yaml
echo 'net: [1' >wrong.yaml
try run wrong.yaml
: >empty.yaml
mkdir other empty && touch other/thesis.tex
try train --resume -o other
try train --resume -o empty
try simulate empty; rmdir empty
try train -o other
R2S_ISA=avx try task list
R2S_CODE=OFF try task list
try run --task "$(printf "%04200d" 0)"
ls
