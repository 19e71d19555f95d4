# A good file, and damaged ones: what is wrong with each, exit code 1.
"$R2S" inspect "$DATA/authors_gonogo.mat"
echo "exit $?"
head -c 100000 "$DATA/authors_gonogo.mat" >truncated.mat
head -c 4000 /dev/zero >zeros.mat
echo 'w = 1' >text.mat
for file in truncated.mat zeros.mat text.mat; do
  echo "---- $file"
  "$R2S" inspect $file 2>&1
  echo "exit $?"
  "$R2S" convert $file --task go-nogo 2>&1
  echo "exit $?"
done
echo "---- a folder: its model.h5"
"$R2S" export "$DATA/authors_gonogo.mat" --h5 model.h5 --quiet
"$R2S" inspect . | head -n 1
"$R2S" export . --mat again.mat
"$R2S" export . --h5 ./model.h5 2>&1
echo "exit $?"
mkdir empty
"$R2S" inspect empty 2>&1
echo "exit $?"
echo "---- without Dale's law no unit is excitatory or inhibitory"
"$R2S" train -o free --quiet --set net.dale=false --set net.n=20 --set net.n_inh=-1 --set train.max_steps=1 --set train.test_trials=1
"$R2S" inspect free | head -n 2
"$R2S" inspect free --json | grep '"n_inh": null'
