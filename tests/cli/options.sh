# Options for people and for programs: what is set shows, ranges and choices are told, nothing else is on stdout.
"$R2S" options train.batch --recipe kim2019
"$R2S" options train.batch --recipe kim2019 --json
"$R2S" options compat --json
"$R2S" options lif.scale
"$R2S" options lif.scale --json | grep automatic
"$R2S" options train.adam_beta2
"$R2S" options neuron.dt_ms --set neuron.dt_ms=1
"$R2S" options net.activation
"$R2S" options net.dale
"$R2S" options psc_alpha.i_e_pa
"$R2S" options nothing --json 2>&1
echo "exit $?"
echo "---- bench"
"$R2S" bench --set net.n=20 --set net.n_inh=4 --set train.batch=16 --json
"$R2S" bench --set net.n=20 --set net.n_inh=4 --set train.batch=16
