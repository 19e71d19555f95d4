# Figures do not outlive the network that they are of; what else the user keeps in their folder does.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run -q "${tiny[@]}"
"$R2S" figures run -q && ls run/figures/fig1.png
touch run/figures/mine.txt
"$R2S" train -o run -q "${tiny[@]}" --seed 2
ls run/figures
rm -r run/figures
few=(--scales 44 --trials 2 --set convert.held_out_trials=1 --set convert.unit_scales=1 --set train.test_trials=2)
"$R2S" train -o other -q "${tiny[@]}"
"$R2S" convert other/model.h5 -o given -q "${few[@]}" && "$R2S" figures given -q
"$R2S" convert run/model.h5 -o given -q "${few[@]}"
ls -d given/figures 2>/dev/null || echo "no figures"
# A stage within the same second leaves them behind, which is told.
"$R2S" figures run -q && "$R2S" report run -q && grep -c 'drawn from earlier' run/REPORT.md
"$R2S" simulate run -q --scale 30 --model lif
"$R2S" report run 2>&1 >/dev/null | grep warning; grep -c 'drawn from earlier' run/REPORT.md
# Nor does a verdict stand unmarked behind an edit of config.yaml; that the folder was moved is none.
"$R2S" figures run -q && mv run moved && "$R2S" report moved 2>&1 >/dev/null | grep warning
sed -i 's/^\( *scale: \)30/\1 31/' moved/config.yaml
"$R2S" report moved 2>&1 >/dev/null | grep warning; grep -c 'was changed after this verdict' moved/REPORT.md
sed -e 's/^name: .*/name: mine/' <("$R2S" task show go-nogo-short) >mine.yaml
"$R2S" train -o own -q "${tiny[@]}" --task mine.yaml && "$R2S" simulate own -q --model lif --scale 30
"$R2S" report own 2>&1 >/dev/null | grep warning; mv own else && "$R2S" report ./else 2>&1 >/dev/null | grep warning
cp else/config.yaml kept.yaml && sed -i 's/^\( *t_ref_ms: \)2/\1 3/' else/config.yaml
"$R2S" report else 2>&1 >/dev/null | grep warning
sed 's/^seed: 1/seed: 3/' kept.yaml >else/config.yaml
"$R2S" report else 2>&1 >/dev/null | grep warning
cp kept.yaml else/config.yaml && "$R2S" report else 2>&1 >/dev/null | grep warning
sed -i 's/, value: 1}/, value: 2}/' else/task.yaml && "$R2S" report else 2>&1 >/dev/null | grep -o 'warning.*verdict'
# A report names the commands of all its results, the first one too.
"$R2S" train -o two -q "${tiny[@]}" --set net.n=30
"$R2S" simulate two -q --scale 30 --model lif && "$R2S" report two -q && sed -n '/^### Run it again/,/same seed/p' two/REPORT.md
"$R2S" convert two -q --seed 9 && "$R2S" report two -q && sed -n '/^### Run it again/,/same seed/p' two/REPORT.md
# SOM units are seen in figure 3, where there are any.
for n in 0 1 3; do
  "$R2S" train -o som -q "${tiny[@]}" --set net.som_n=$n && "$R2S" figures som -q && "$R2S" report som -q
  grep -c '>SOM<' som/figures/fig3.svg; grep -o 'The first [^.]* of I, [^.]*' som/REPORT.md
done
# A figure of half the width is the same one, smaller.
cd two && "$R2S" figures . -q && cd figures && sed 's/^width = 7.0 /width = 3.5 /' fig1.gp >half.gp && LC_ALL=C.UTF-8 gnuplot -e "name='half'; formats='svg'" half.gp
grep -ho 'viewBox="[^"]*"' fig1.svg half.svg
# A spike is a square: of circles the PNG and PDF of a large raster take twice as long.
spikes=$(grep -c '^[0-9]' fig2_raster.dat)
[ "$spikes" -gt 0 ] && [ "$(grep -c '<use .*#gpPt4' fig2.svg)" = "$spikes" ] && echo "a square for each spike"
