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
