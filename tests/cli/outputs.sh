# A task in a file, of two outputs: summary, report and figures say that they show output 0, and the folder keeps the task: the report is made when the file is gone.
. "$(dirname "$0")/tiny.inc"
cp "$DATA/task_two_outputs.yaml" mine.yaml
"$R2S" train -o two -q --task mine.yaml "${tiny[@]}" 2>/dev/null
mkdir elsewhere && rm mine.yaml && cd elsewhere && mv ../two .
"$R2S" figures two -q
grep -c 'Output 0 of 2' two/figures/fig1.svg
"$R2S" convert two -q
"$R2S" simulate two --model psc-dexp 2>/dev/null | grep '^psc-dexp'
"$R2S" report two -q
grep -E '^The task has|^\| Model, engine|^\| 1/|^The same trials' two/REPORT.md
sed -n '/^### Run it again/,/^rate2spike/p' two/REPORT.md
