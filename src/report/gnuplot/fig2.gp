
# ---- fig2: A spikes, B output traces, C accuracy of each stage ----
columns = n_cond < 4 ? n_cond : 4                   # of spike panels
rows = int((n_cond + columns - 1) / columns)
row_height = 2.55
trace_top = 0.43 + rows*row_height
trace_height = 1.4
bars_top = trace_top + 1.75 + (n_out - 1)*trace_height
height = bars_top + 0.6 + 0.17*((has_bars ? n_bars : 3) + has_paper)
column_width = 6.35/columns
target = 'fig2_target.dat'

do for [format in formats] {
  eval open(format, height)
  set multiplot
  mark = (format eq 'png' ? 0.0155 : format eq 'svg' ? 0.0105 : 0.018)/zoom   # inches: as wide as a spike's square

  # A
  if (has_spikes) {
    first_colour = has_types ? red : grey           # of E; of all units where there are no types
    do for [c=1:n_cond] {
      left = 0.5 + ((c-1) % columns)*column_width; right = left + column_width - 0.4; top = 0.43 + int((c-1)/columns)*row_height
      eval clean; eval frame(left, right, top, top + 1.3)
      if (c == 1) {
        eval letter('A', 0.06, 0.15)
        set label 2 sprintf('Spikes, %s%s', spikes_of, conditions) at screen 0.25/layout, screen 1-0.14/height left
      }
      set title cond[c] textcolor rgb colour[c]
      set xrange [0:t_end]; set xtics columns < 3 ? t_tick : t_tick_wide; set yrange [0:n_units]; set format x ''; set tics scale 0.5
      set ytics unit_tick
      eval stimulus_of_c
      if ((c-1) % columns == 0) { set ylabel 'Unit' } else { set format y '' }
      if (n_exc < n_units) {
        set arrow 1 from graph 0, first n_exc to graph 1, first n_exc nohead linewidth 0.4 linecolor rgb grey front
        set label 5 'I' at graph 1, first 0.5*(n_exc + n_units) offset 0.5,0 left textcolor rgb blue
      }
      if (has_types && n_exc > 0) { set label 6 'E' at graph 1, first 0.5*n_exc offset 0.5,0 left textcolor rgb red }
      if (is_silent[c]) { set label 7 'no spikes' at graph 0.5, graph 0.5 center textcolor rgb grey }
      if (has_trial[c] && spikes_merged) {  # bars of joined squares, as high as one
        w = 0.5*mark/(right - left)*t_end; h = 0.5*mark/1.3*n_units
        plot 'fig2_raster.dat' index 2*c-2 using 1:3:($1-w):($2+w):($3-h):($3+h) with boxxyerror fillcolor rgb first_colour fillstyle solid noborder notitle, \
             '' index 2*c-1 using 1:3:($1-w):($2+w):($3-h):($3+h) with boxxyerror fillcolor rgb blue fillstyle solid noborder notitle
      } else { if (has_trial[c]) {  # squares: tens of thousands of circles take cairo seconds
        plot 'fig2_raster.dat' index 2*c-2 using 1:($2+0.5) with points pointtype 5 pointsize p*0.105 linecolor rgb first_colour notitle, \
             '' index 2*c-1 using 1:($2+0.5) with points pointtype 5 pointsize p*0.105 linecolor rgb blue notitle
      } else { unset label 5; unset label 6; unset arrow 1; eval absent('no trial') } }
      eval clean; eval frame(left, right, top + 1.44, top + 1.94)
      set xrange [0:t_end]; set xtics columns < 3 ? t_tick : t_tick_wide; set yrange [0:rate_top]; set xlabel 'Time (ms)'
      set ytics rate_top/2.
      if ((c-1) % columns == 0) { set ylabel 'Rate (Hz)' } else { set format y '' }
      eval stimulus_of_c
      if (!has_trial[c]) { eval absent('') } else {
        plot for [k=n_exc > 0 ? 2 : 3:n_exc < n_units ? 3 : 2] 'fig2_rates.dat' index c-1 using 1:k with lines linewidth 1 linecolor rgb (k == 2 ? first_colour : blue) notitle
      }
    }
  } else { eval clean; eval frame(0.5, 6.55, 0.35, 2.2); eval letter('A', 0.06, 0.15); eval absent(no_spikes) }

  # B: a row for each output
  do for [o=0:n_out-1] {
    top = trace_top + o*trace_height; bottom = top + 1.2
    eval clean; eval frame(0.5, 0.5 + 6.35/2 - 0.4, top, bottom)
    if (o == 0) { eval letter('B', 0.06, trace_top - 0.2); set title sprintf('psc-dexp (%s)', dexp_engine) }
    if (has_dexp) {
      set ylabel output_label(o) offset 0.4,0
      eval traces('fig2_dexp.dat', trials_dexp)
    } else { eval absent(no_dexp) }
    eval clean; eval frame(0.5 + 6.35/2, 6.45, top, bottom)
    if (o == 0) { set title sprintf('psc-alpha (%s)', alpha_engine) }
    if (has_alpha) { eval traces('fig2_alpha.dat', trials_alpha) } else { eval absent(no_alpha) }
  }

  # C
  eval clean; eval frame(1.75, 5.0, bars_top, height - 0.5); eval letter('C', 0.06, bars_top - 0.05)
  if (has_bars) {
    set xrange [0:100]; set yrange [n_bars + has_paper + 0.6:0.4]; set xlabel 'Accuracy (%)'; set xtics 25
    set ytics scale 0; set border 1
    set style fill solid 1 noborder
    if (has_paper) {
      set ytics add ('Kim et al. 2019, LIF' n_bars + 1)
      set object 1 rectangle from first 94.1, graph 0 to first 100, graph 1 behind fillcolor rgb '#E8E8E8' fillstyle solid noborder
      set object 2 rectangle from first 94.1, first n_bars+0.7 to first 100, first n_bars+1.3 front fillcolor rgb grey fillstyle solid 1 noborder
      set label 7 '98.8 ± 4.7 %, 100 networks' at graph 1, first n_bars + 1 offset 1,0 left
    }
    if (n_hatched > 0) { set label 8 sprintf('hatched: n is not %d', usual_n) at graph 1, graph 0 offset 5,-1.9 left textcolor rgb grey }
    plot 'fig2_accuracy.dat' using ($7 > 0 ? NaN : 0.5*$3):1:(0):3:($1-0.32):($1+0.32):ytic(2) with boxxyerror linecolor rgb '#73B3D8' notitle, \
         '' using ($7 > 0 ? 0.5*$3 : NaN):1:(0):3:($1-0.32):($1+0.32):ytic(2) with boxxyerror fillcolor rgb blue fillstyle pattern 4 border rgb blue notitle, \
         '' using 4:1:($5-$4):(0) with vectors nohead linewidth 1 linecolor rgb 'black' notitle, \
         '' using (100):1:8 with labels left offset 1,0 notitle
  } else { eval absent('no stage has run') }

  unset multiplot
  unset output
}
