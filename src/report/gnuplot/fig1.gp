
# ---- fig1: A rate network, B LIF networks, C accuracy over the scale ----
target = 'fig1_target.dat'

# legend of A and B between them and C, over the figure's width: columns as wide as the longest entry needs
n_entries = n_cond + (n_stim > 0 ? 2 : 1)
n_legend = has_rate || has_lif || has_lif_unit ? n_entries : 0
array entry[n_cond+2]
do for [c=1:n_cond] { entry[c] = cond[c] }
entry[n_cond+1] = 'target'; entry[n_cond+2] = 'stimulus'
longest = 0
do for [k=1:n_entries] { if (strlen(entry[k]) > longest) { longest = strlen(entry[k]) } }
legend_column = 0.48 + 0.065*longest                              # inches
legend_rows = ceil(real(n_legend)/int(6.3/legend_column))
legend_columns = legend_rows > 0 ? ceil(real(n_legend)/legend_rows) : 1
row_height = 1.55
legend_top = 2.18 + (n_out - 1)*row_height
c_top = legend_top + 0.27 + 0.16*legend_rows
height = c_top + 1.8

do for [format in formats] {
  eval open(format, height)
  set multiplot

  # A, B: a row for each output
  do for [o=0:n_out-1] {
    top = 0.35 + o*row_height; bottom = top + 1.35
    eval clean; eval frame(0.5, 2.35, top, bottom)
    if (o == 0) { eval letter('A', 0.06, 0.15); set title 'Rate network'.conditions }
    if (has_rate) {
      set ylabel output_label(o) offset 0.4,0
      eval traces('fig1_rate.dat', trials_rate)
    } else { eval absent('no trained network') }

    eval clean; eval frame(2.8, 4.6, top, bottom)
    if (o == 0) { eval letter('B', 2.45, 0.15); set title lif_title }
    if (has_lif) { eval traces('fig1_lif.dat', trials_lif) } else { eval absent(no_lif) }
    eval clean; eval frame(5.0, 6.8, top, bottom)
    if (o == 0) { set title unit_title }
    if (has_lif_unit) { eval traces('fig1_lif_unit.dat', trials_lif_unit) } else { eval absent(no_lif_unit) }
  }

  # legend of A and B
  if (n_legend > 0) {
    eval clean; eval frame(0.5, 6.8, legend_top - 0.08, c_top - 0.25); unset border; unset tics; set xrange [0:1]; set yrange [0:1]
    do for [k=1:n_legend] {
      x = (0.5 + legend_column*((k-1) % legend_columns))/layout; y = 1 - (legend_top + 0.16*int((k-1)/legend_columns))/height; to = x + 0.2/layout
      set label 10+k entry[k] at screen x + 0.28/layout, screen y left
      if (k <= n_cond) { set arrow k from screen x, screen y to screen to, screen y nohead linewidth 1.6 linecolor rgb colour[k] }
      if (k == n_cond+1) { set arrow k from screen x, screen y to screen to, screen y nohead linewidth 0.8 dashtype 3 linecolor rgb 'black' }
      if (k == n_cond+2) { set object 1 rectangle from screen x, screen y - 0.05/height to screen to, screen y + 0.05/height fillcolor rgb stim_colour fillstyle solid noborder }
    }
    eval no_curve
  }

  # C
  eval clean; eval frame(0.5, 2.95, c_top, c_top + 1.35); eval letter('C', 0.06, c_top - 0.2)
  set title 'LIF network'.lif_search_mark
  if (has_lif_scales) {
    set xlabel 'Scale 1/λ'; set ylabel 'Accuracy (%)'; set yrange [-3:104]; set ytics 0,25; set xrange [scale_low:scale_high]
    if (predicted == predicted) {
      set arrow 1 from first predicted, graph 0 to first predicted, graph 1 nohead dashtype 2 linewidth 0.8 linecolor rgb red back
    }
    set key at screen 3.1/layout, screen 1-(c_top+0.1)/height left Left reverse top spacing 1.3
    held_out(index, point, size, c, what) = sprintf(", 'fig1_accuracy.dat' index %d using 1:3:(0):($4-$3) with vectors nohead linewidth 0.8 linecolor rgb '%s' notitle, '' index %d using 1:2 with points pointtype %d pointsize %g linewidth 0.8 linecolor rgb '%s' title '%s, fresh (n = %d)'", index, c, index, point, p*size, c, what, n_held_out)
    eval "plot 'fig1_accuracy.dat' index 0 using 1:2 with lines linewidth 0.8 linecolor rgb blue notitle, '' index 0 using 1:3:(0):($4-$3) with vectors nohead linewidth 0.8 linecolor rgb blue notitle, '' index 0 using 1:2 with points pointtype 7 pointsize p*0.5 linecolor rgb blue title sprintf('search (n = %d)', n_search)" . (has_held_out ? held_out(3, 4, 0.9, 'black', chosen_as) : '') . (has_held_out_predicted ? held_out(2, 12, 1.1, red, 'κ') : '') . (predicted == predicted ? sprintf(", NaN with lines dashtype 2 linewidth 0.8 linecolor rgb '%s' title 'κ = %.4g'", red, predicted) : '')
  } else { eval absent('not converted') }
  eval clean; eval frame(5.0, 6.8, c_top, c_top + 1.35)
  set title (has_unit_scales ? sprintf('Dimensionless LIF, n = %d', n_unit_search) : 'Dimensionless LIF network').unit_search_mark
  if (has_unit_scales) {
    set xlabel 'Scale 1/λ'; set yrange [-3:104]; set ytics 0,25; set xrange [unit_scale_low:unit_scale_high]
    intervals = has_unit_intervals ? "'fig1_accuracy.dat' index 1 using 1:3:(0):($4-$3) with vectors nohead linewidth 0.8 linecolor rgb orange notitle, " : ''
    eval "plot " . intervals . "'fig1_accuracy.dat' index 1 using 1:2 with lines linewidth 0.8 linecolor rgb orange notitle, '' index 1 using 1:2 with points pointtype 7 pointsize p*0.5 linecolor rgb orange notitle"
  } else { eval absent('not converted') }

  unset multiplot
  unset output
}
