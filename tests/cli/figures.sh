# Figures do not outlive the network that they are of; what else the user keeps in their folder does.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run -q "${tiny[@]}"
"$R2S" figures run -q && ls run/figures/fig1.png
touch run/figures/mine.txt
"$R2S" train -o run -q "${tiny[@]}" --seed 2
ls run/figures
rm run/figures/mine.txt
"$R2S" figures run -q
"$R2S" convert run/model.h5 -o run -q
ls -d run/figures 2>/dev/null || echo "no figures"
# A stage within the same second leaves them behind, which is told.
"$R2S" figures run -q && "$R2S" report run -q && grep -c 'drawn from earlier' run/REPORT.md
"$R2S" simulate run -q --scale 30 --model lif
"$R2S" report run 2>&1 >/dev/null | grep warning; grep -c 'drawn from earlier' run/REPORT.md
