# A task of two outputs: the summary, the report and the figures say that they show output 0.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o two -q --task "$DATA/task_two_outputs.yaml" "${tiny[@]}" 2>/dev/null
"$R2S" figures two -q
grep -c 'Output 0 of 2' two/figures/fig1.svg
"$R2S" convert two -q
"$R2S" simulate two --model psc-dexp 2>/dev/null | grep '^psc-dexp'
"$R2S" report two -q
grep -E '^The task has|^\| Model, engine|^\| 1/|^The same trials' two/REPORT.md
