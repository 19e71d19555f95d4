# Wrong use and wrong configuration: a message that says what was found and what was expected, exit code 2, no folder.
try() {
  echo "\$ rate2spike $*"
  "$R2S" "$@" 2>&1
  echo "exit $?"
}
"$R2S" 2>&1 | head -1
try dance
try run --faster
try run -x
try run --seed
try run --json=yes
try run a.yaml b.yaml
# control characters neither command the terminal nor end our line, in what a user gives either; other text stays
for text in $'a\e[31mb' $'a\nrate2spike: error: b\t\r' $'\xc3\xa9\xc2\x9b1m\x7f'; do "$R2S" run a.yaml "$text" 2>&1 | head -1; done
"$R2S" $'a\e[2J' 2>&1 | head -1
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
try convert model.h5 --scale 20
try convert model.h5 --scal 20
try simulate missing --model lif-unit
try simulate missing --model hh
try simulate missing --engine nest --model lif
try convert "$DATA/authors_gonogo.mat" --task go-nogo --model lif,psc-dexp | sed "s|$DATA|DATA|"
try simulate "$DATA/authors_gonogo.mat" --task go-nogo --model psc-alpha --scale 25 | sed "s|$DATA|DATA|"
try convert "$DATA/authors_gonogo.mat" | sed "s|$DATA|DATA|"
try train "$DATA/authors_gonogo.mat" | sed "s|$DATA|DATA|"
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
try task show nothing --no-color
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
try convert wrong.yaml
echo 'net: [1' >wrong.yaml
try run wrong.yaml
: >empty.yaml
mkdir other empty && touch other/thesis.tex
try train --resume -o other
try train --resume -o empty
try simulate empty; rmdir empty
mkdir loop; ln -s config.yaml loop/config.yaml; try convert loop; rm -r loop
ln -s loop loop; try train -o loop; rm loop
try train -o other
try run other -o another
try convert other -o another
R2S_ISA=avx try task list
R2S_CODE=OFF try task list
try run --task "$(printf "%04200d" 0)"
"$R2S" train -o made --quiet --set net.n=20 --set net.n_inh=4 --set train.max_steps=1 --set train.test_trials=1 2>/dev/null
try train made --recipe kim2019
try train made --resume --recipe matched --quiet
mkfifo pipe; try train --task pipe -o piped
try export made --h5 both --mat both
ls
