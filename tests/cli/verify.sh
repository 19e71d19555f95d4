# The authors' recorded runs, spike by spike; a case that was tampered with; cases that do not fit.
for case in lif64_go_25_double lif64_nogo_25_double lif64_go_25_single; do
  echo "---- $case"
  "$R2S" verify "$DATA/authors_gonogo.mat" "$DATA/$case.mat"
  echo "exit $?"
done
echo "---- as JSON"
"$R2S" verify "$DATA/authors_gonogo.mat" "$DATA/lif64_go_25_double.mat" --json
echo "---- several outputs"
"$R2S" verify "$DATA/outputs_network.mat" "$DATA/lif64_outputs_25_double.mat"
"$R2S" verify "$DATA/outputs_network.mat" "$DATA/lif64_outputs_25_double.mat" --json | grep out_max_output
echo "---- another network: it fires otherwise"
"$R2S" train -o net --quiet --set net.n=200 --set train.max_steps=2 --set train.test_trials=1
"$R2S" verify net "$DATA/lif64_go_25_double.mat"
echo "exit $?"
"$R2S" verify net "$DATA/lif64_go_25_double.mat" --json | tr -d ' \n' | grep -o '"first_difference":{"expected":{"unit":[0-9]*,"step":[0-9]*},"found":{"unit"'
echo "---- not a case"
"$R2S" verify "$DATA/authors_gonogo.mat" "$DATA/authors_gonogo.mat" 2>&1
echo "exit $?"
