# A task in a file, of two outputs: figures, run.json, conversion.csv, certificate.csv, the report's tables and the summary tell both, and the folder keeps the task: the report is made when the file is gone.
. "$(dirname "$0")/tiny.inc"
cp "$DATA/task_two_outputs.yaml" mine.yaml
"$R2S" train -o two -q --task mine.yaml "${tiny[@]}" 2>/dev/null
mkdir elsewhere && rm mine.yaml && cd elsewhere && mv ../two .
"$R2S" figures two -q
grep -o '>Output [^<]*' two/figures/fig1.svg
grep -h '^# output' two/figures/fig1_rate.dat two/figures/fig1_target.dat
sed -n '/output 1, left/,/^$/p' two/figures/fig1_target.dat
for o in 0 1; do sed "1,/output $o, left/d; /^$/,\$d" two/figures/fig1_rate.dat | cksum; done | sort -u | wc -l
"$R2S" convert two -q --trials 8
"$R2S" simulate two --model psc-dexp 2>/dev/null | grep '^psc-dexp'
"$R2S" report two -q
grep -o 'Figure 1.*stimulus' two/REPORT.md
grep -E '^The task has|^\| Model, engine|^\| 1/|^The same trials' two/REPORT.md
head -1 two/certificate.csv | tr , '\n' | grep lif_native_output
numbers() { sed -E 's/[−-]?[0-9]+(\.[0-9]+)?/N/g'; }
rows() { grep '^| `psc-dexp`, native' two/REPORT.md | cut -d'|' -f7,10- | numbers; }
told() { sed -n "/\"$1\"/,\$p" two/run.json | grep -A"$2" '"by_output"' | sed -n "3,$2p" | numbers; }
told sim-native 5; told convert 4
rows
scales() { sed -n '/| 1\/λ/,/^$/p' two/REPORT.md | grep '^| [0-9]' | cut -d'|' -f6 | numbers | sort | uniq -c; }
trials() { grep -E '^\| 0 \|' "$1/REPORT.md" | cut -d'|' -f11- | numbers; }
scales; trials two
grep -o '<t[dh][^>]*>\(left [^;]*;\|Each output, by\)' two/report.html | numbers | uniq
# What conversion.csv tells of an output is what run.json does; one row in each of the search's models.
cells() { cut -d, -f"$(head -1 two/conversion.csv | tr , '\n' | grep -n "^$1\$" | cut -d: -f1)" two/conversion.csv; }
head -1 two/conversion.csv | tr , '\n' | tail -n +11 | paste -sd,
for output in out0_mean_left out1_mean_left; do
  of=$(sed -n '/"scales"/,$p' two/run.json | grep '"out_mean"' | sed -n "$((2 + ${output:3:1}))s/[^0-9.-]//gp")
  awk -v a="$(cells ${output/out0/out} | sed -n 2p)" -v b="$of" 'BEGIN { print "'$output'", (a - b < 1e-6 && b - a < 1e-6) }'
done
cells out1_sd_right | tail -n +2 | numbers | paste -sd,
# A folder of an earlier version tells output 0 alone, and so does what a search of one model leaves of the other.
sed -i 's/"by_output"/"not_yet"/' two/run.json && "$R2S" report two -q 2>/dev/null
rows
scales
cut -d, -f1-7,9-12,14-17 two/certificate.csv >old.csv && cp old.csv two/certificate.csv && "$R2S" report two -q 2>/dev/null && trials two
"$R2S" convert two --model lif-unit --trials 1 2>/dev/null | grep '^psc-dexp'
cells model | paste -sd,; cells out1_mean_left | numbers | paste -sd,
"$R2S" figures two -q && "$R2S" report two -q && scales
sed -n '/^### Run it again/,/^rate2spike/p' two/REPORT.md
# Of five outputs the first four are shown, which the figure and its caption say; the fifth's target of 9 is on no axis.
sed -e 's/^outputs: .*/outputs: 5/' -e '0,/targets: \[/s//targets: [{output: 4, from_ms: 150, value: 9}, /' "$DATA/task_two_outputs.yaml" >five.yaml
"$R2S" train -o five -q --task five.yaml "${tiny[@]}" 2>/dev/null && "$R2S" figures five -q && "$R2S" report five -q
"$R2S" simulate five --model psc-dexp 2>/dev/null | grep '^psc-dexp'
"$R2S" report five -q 2>/dev/null && grep '^The task has' five/REPORT.md && trials five
grep -o '>Output [^<]*' five/figures/fig1.svg; grep -o 'Figure 1.*stimulus' five/REPORT.md
grep -h -o '^array output_.*\]' five/figures/fig1.gp
# Each has an axis of its own: a target of 100 leaves the others' traces no flat lines.
sed -e 's/output: 0, from_ms: 150, value: 1/output: 0, from_ms: 150, value: 100/' "$DATA/task_two_outputs.yaml" >large.yaml
"$R2S" train -o large -q --task large.yaml "${tiny[@]}" 2>/dev/null && "$R2S" figures large -q
grep -h -o '^array output_.*\]' large/figures/fig1.gp large/figures/fig2.gp
sed -e 's/^outputs: .*/outputs: 4/' "$DATA/task_two_outputs.yaml" >four.yaml
"$R2S" train -o four -q --task four.yaml "${tiny[@]}" 2>/dev/null && "$R2S" report four -q 2>/dev/null && grep -o '\*\*A\*\* .*a row each' four/REPORT.md
# Outputs that no rule is about, of which accuracies say nothing.
sed -e 's/^outputs: .*/outputs: 7/' -e '/output: 1, statistic/d' "$DATA/task_two_outputs.yaml" >seven.yaml
"$R2S" train -o seven -q --task seven.yaml "${tiny[@]}" 2>/dev/null && "$R2S" report seven -q 2>/dev/null
grep -h '^- \*\*No rule' two/REPORT.md four/REPORT.md seven/REPORT.md
# The more conditions, the fewer trials of each; a training of a preset leaves no task.yaml of an earlier one.
for task in xor context; do
  "$R2S" train -o four -q --task $task "${tiny[@]}" && "$R2S" report four -q 2>/dev/null && grep -o '(band), .*each condition' four/REPORT.md; test -e four/task.yaml; echo $?
done
