
# ---- fig3: A weights, B spectra, C learning curve, D rate curve, E Fano factor, F decay times ----
height = has_tau ? 6.3 : 4.45
simulated(column) = has_simulated ? sprintf(", '' using 1:%d with points pointtype 6 pointsize %g linewidth 0.8 linecolor rgb 'black' title 'simulated'", column, p*0.5) : ''

do for [format in formats] {
  eval open(format, height)
  set multiplot

  # A
  eval clean; eval frame(0.5, 2.1, 0.35, 1.95); eval letter('A', 0.06, 0.15)
  set title 'Weights after training'
  if (has_model) {
    set palette defined (-1 '#0072B2', -0.25 '#9CC7E4', 0 '#FFFFFF', 0.25 '#F2B48C', 1 '#D55E00')
    set cbrange [-w_limit:w_limit]; set colorbox user origin screen 2.16/layout, screen 1-1.8/height size screen 0.06/layout, screen 1.3/height
    set cbtics ((w_clipped ? '≥' : '').gprintf('%.2g', w_limit) w_limit, '0' 0, (w_clipped ? '≤' : '').gprintf('%.2g', -w_limit) -w_limit) scale 0.3 offset -0.8,0
    set xrange [-0.5:n_units-0.5]; set yrange [n_units-0.5:-0.5]; set border 15 linewidth 0.5; unset xtics; unset ytics
    set xlabel 'Presynaptic unit' offset 0,-0.4; set ylabel 'Postsynaptic unit' offset (n_som > 0 ? -3.2 : -0.4),0
    if (n_exc < n_units) {
      set arrow 1 from first n_exc-0.5, graph 0 to first n_exc-0.5, graph 1 nohead linewidth 0.5 linecolor rgb 'black' front
      set arrow 2 from graph 0, first n_exc-0.5 to graph 1, first n_exc-0.5 nohead linewidth 0.5 linecolor rgb 'black' front
      set label 5 'I' at first 0.5*(n_exc+n_units), graph 0 offset 0,-0.6 center textcolor rgb blue
      if (n_exc + n_som < n_units) { set label 7 'I' at graph 0, first 0.5*(n_exc+n_som+n_units) offset -0.5,0 right textcolor rgb blue }
      if (n_som > 0) {
        set arrow 3 from graph 0, first n_exc+n_som-0.5 to graph 1, first n_exc+n_som-0.5 nohead linewidth 0.3 linecolor rgb 'black' front
        set label 9 'SOM' at graph 0, first n_exc+0.5*n_som offset -0.5,0 right textcolor rgb blue
      }
    }
    if (has_types) {
      set label 6 'E' at first 0.5*n_exc, graph 0 offset 0,-0.6 center textcolor rgb red
      set label 8 'E' at graph 0, first 0.5*n_exc offset -0.5,0 right textcolor rgb red
    }
    if (cell == 1) { # as below; expressions take gnuplot three times as long
      plot 'fig3_weights.dat' matrix using 1:2:3 with image notitle
    } else {
      plot 'fig3_weights.dat' matrix using (cell*$1 + 0.5*(cell-1)):(cell*$2 + 0.5*(cell-1)):3 with image notitle
    }
  } else { eval absent('no trained network') }

  # B
  first_spectrum = has_initial ? 0 : 1   # has label and key for both
  do for [k=0:1] {
    eval clean; eval frame(2.95 + 2.15*k, 4.55 + 2.15*k, 0.35, 1.95)
    if (k == 0) { eval letter('B', 2.55, 0.15) }
    set title k == 0 ? 'Eigenvalues before training' : 'Eigenvalues after training'
    if (has_model && (k == 1 || has_initial)) {
      limit = k == 0 ? spectrum_limit_before : spectrum_limit
      set xrange [-limit:limit]; set yrange [-limit:limit]; set xtics limit/2.; set ytics limit/2.
      set xlabel 'Real part'; if (k == first_spectrum) { set ylabel 'Imaginary part' }
      set parametric; set trange [0:2*pi]; set samples 400; set zeroaxis linewidth 0.4 linetype 1 linecolor rgb '#D0D0D0'
      bulk = k == 0 ? bulk_radius_before : bulk_radius
      if (k == first_spectrum) {
        set label 3 'unit circle' at graph 0.02, graph 0.97 left textcolor rgb 'black'
        set label 4 'bulk radius' at graph 0.98, graph 0.97 right textcolor rgb orange
      }
      plot 'fig3_spectrum.dat' index 1-k using 1:2 with points pointtype 7 pointsize p*0.2 linecolor rgb blue notitle, \
           cos(t), sin(t) with lines linewidth 0.8 dashtype 2 linecolor rgb 'black' notitle, \
           bulk*cos(t), bulk*sin(t) with lines linewidth 0.8 linecolor rgb orange notitle
    } else { eval absent(has_model ? 'untrained weights unknown' : 'no trained network') }
  }

  # C
  eval clean; eval frame(0.5, 2.7, 2.6, 3.2); eval letter('C', 0.06, 2.4)
  if (has_training) {
    if (loss_max >= 1e4) { set format y '10^{%T}' }
    if (loss_max > 0) { set logscale y } else { set yrange [0:1] } # a loss of 0 has no logarithm
    set ylabel 'Loss'; set xrange [0:n_steps]; set xtics step_tick; set format x ''
    plot 'fig3_training.dat' using 1:2 with lines linewidth 0.5 linecolor rgb grey notitle
    eval clean; eval frame(0.5, 2.7, 3.3, 4.0)
    set xlabel 'Optimiser step'; set ylabel 'Percent'; set xrange [0:n_steps]; set xtics step_tick
    set yrange [0:noise_end > 1 ? 104*noise_end : 104]; set ytics 50
    set label 3 'running accuracy' at screen 0.5/layout, screen 1-2.47/height left textcolor rgb green
    if (noise_end > 0) { set label 4 'shot noise' at screen 1.45/layout, screen 1-2.47/height left textcolor rgb purple }
    if (has_evaluations) { set label 5 '○ evaluation' at screen 2.08/layout, screen 1-2.47/height left }
    shot_noise = noise_end > 0 ? ", '' using 1:(100*$5) with lines linewidth 1 linecolor rgb purple notitle" : ''
    evaluations = has_evaluations ? ", '' using 1:(100*$6) with points pointtype 6 pointsize p*0.5 linewidth 0.8 linecolor rgb 'black' notitle" : ''
    eval "plot 'fig3_training.dat' using 1:(100*$4) with lines linewidth 1 linecolor rgb green notitle" . shot_noise . evaluations
  } else { eval absent('not trained here') }

  # D
  eval clean; eval frame(3.35, 4.95, 2.6, 4.0); eval letter('D', 2.95, 2.4)
  if (has_curve) {
    set xlabel 'Input (mV)'; set ylabel 'Rate (Hz)'; set yrange [0:*]
    set key at graph 0.03, graph 1 left Left reverse top
    eval "plot 'fig3_curve.dat' using 1:6 with lines linewidth 1 dashtype 2 linecolor rgb grey title 'fitted sigmoid', '' using 1:2 with lines linewidth 1.2 linecolor rgb blue title 'Siegert'" . simulated(4)
  } else { eval absent('not converted') }

  # E
  eval clean; eval frame(5.4, 6.85, 2.6, 4.0); eval letter('E', 5.0, 2.4)
  if (has_curve) {
    set xlabel 'Input (mV)'; set ylabel 'Fano factor'; set yrange [0:1.05]
    set key at graph 1, graph 1 right top
    eval "plot 'fig3_curve.dat' using 1:3 with lines linewidth 1.2 linecolor rgb blue title 'theory'" . simulated(5)
  } else { eval absent('not converted') }

  # F
  if (has_tau) {
    eval clean; eval frame(0.5, 2.7, 4.75, 5.85); eval letter('F', 0.06, 4.55)
    set xlabel 'Synaptic decay time (ms)'; set ylabel 'Units (%)'; set xrange [tau_low:tau_high]; set xtics tau_tick; set yrange [0:*]
    set style fill transparent solid 0.45 noborder
    set key at graph 1.03, graph 1 left Left reverse top
    plot 'fig3_tau.dat' using (0.5*($1+$2)):3:($2-$1) with boxes linecolor rgb (has_types ? red : blue) title (has_types ? 'E' : 'after training'), \
         '' using (0.5*($1+$2)):(has_types ? $4 : NaN):($2-$1) with boxes linecolor rgb blue title (has_types ? 'I' : ''), \
         '' using (0.5*($1+$2)):(has_tau_before ? $5 : NaN) with histeps linewidth 1 linecolor rgb 'black' title (has_tau_before ? 'all, before training' : '')
  }

  unset multiplot
  unset output
}
