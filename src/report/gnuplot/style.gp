
# ---- style: change it here ----
# Okabe, Ito 2008: told apart with any colour vision. Conditions in order; models; cell types.
array colour[8] = ['#009E73', '#4D4D4D', '#CC79A7', '#E69F00', '#56B4E9', '#D55E00', '#0072B2', '#B8AD00']
blue = '#0072B2'; orange = '#E69F00'; red = '#D55E00'; green = '#009E73'; purple = '#AA4499'; grey = '#707070'
stim_colour = '#FFF1C2'
font = 'DejaVu Sans'
font_size = 7      # points
width = 7.0        # inches, two columns of a journal; the height goes with it

# Positions are in inches of a figure of this width.
layout = 7.0
zoom = width/layout

# Terminals of the same look: png at 300 dpi, svg and pdf as vectors. p: scale of the points; drop: offset of the
# labels under an axis.
open_png(h) = sprintf("set terminal pngcairo size %d,%d font '%s,%g' fontscale 3.125 linewidth 3 pointscale 2.6 dashlength 1; set output '%s.png'", width*300, zoom*h*300, font, font_size, name)
open_svg(h) = sprintf("set terminal svg size %d,%d dynamic font '%s,%g' linewidth 1 dashlength 1 background '#ffffff'; set output '%s.svg'", width*96, zoom*h*96, font, font_size*96/72., name)
open_pdf(h) = sprintf("set terminal pdfcairo size %gin,%gin font '%s,%g' fontscale 0.75 linewidth 1.4 pointscale 0.95 dashlength 0.7; set output '%s.pdf'", width, zoom*h, font, font_size, name)
open(format, h) = format eq 'png' ? open_png(h) . '; p = 1; drop = 0.4' : format eq 'svg' ? open_svg(h) . '; p = 1.2; drop = 0.8' : open_pdf(h) . '; p = 1; drop = 0.4'

# A panel's frame: left, right, top, bottom edge in inches from the figure's top left corner.
frame(l, r, t, b) = sprintf("set lmargin at screen %.6f; set rmargin at screen %.6f; set tmargin at screen %.6f; set bmargin at screen %.6f", l/layout, r/layout, 1 - t/height, 1 - b/height)
# Its letter.
letter(c, l, t) = sprintf("set label 1 '{/:Bold*1.4 %s}' at screen %.6f,%.6f left front", c, l/layout, 1 - t/height)
# What every panel starts from.
clean = "reset; set encoding utf8; set minussign; set border 3 lw 0.8; set tics nomirror out scale 0.5; set key samplen 1.6 spacing 1.15; unset key; set style fill noborder; set datafile missing 'nan'; set title offset 0,-0.4; set xtics offset 0,0.2; set xlabel offset 0,drop; set ylabel offset 1,0"
# A panel without curves. Not notitle: gnuplot 6 would evaluate the title of a curve here that it skipped for want of points in the panel before, and whose c is gone.
no_curve = "plot 2 title ''"
# An empty panel that says why.
absent(why) = sprintf("unset border; unset tics; unset xlabel; unset ylabel; unset key; unset colorbox; unset object; set label 2 '%s' at graph 0.5,0.5 center textcolor rgb '%s'; set xrange [0:1]; set yrange [0:1]; %s", why, grey, no_curve)
# Of output o, and whether there are more than are shown.
output_label(o) = n_all_out == 1 ? 'Output' : sprintf(n_out < n_all_out ? 'Output %d (of 0 to %d)' : 'Output %d', o, n_all_out - 1)
# Where a task has more conditions than are shown.
conditions = n_cond < n_all_cond ? sprintf(', first %d of %d conditions', n_cond, n_all_cond) : ''
# Periods of stimulation behind the data: of any condition, or of condition c.
stimulus_k = "set object 100+k rectangle from first stim_from[k], graph 0 to first stim_to[k], graph 1 behind fillcolor rgb stim_colour fillstyle solid noborder"
stimulus = "do for [k=1:n_stim] { ".stimulus_k." }"
stimulus_of_c = "do for [k=1:n_stim] { if (stim_of[k] & (1 << (c-1))) { ".stimulus_k." } }"
# Traces of output o (from 0; a row of panels each, times under the last) of a file, n single trials a condition: mean +- sd as a band, single trials thin, the target dotted, the mean on top.
traces(part, n) = sprintf("set xrange [0:t_end]; set xtics t_tick; set yrange [*<output_low[o+1]:output_high[o+1]<*]; if (o == n_out - 1) { set xlabel 'Time (ms)' } else { set format x '' }; eval stimulus; plot for [c=1:n_cond] '%s' index o*n_cond+c-1 using 1:3:4 with filledcurves fillcolor rgb colour[c] fillstyle transparent solid %g notitle, for [c=1:n_cond] for [s=5:%d] '' index o*n_cond+c-1 using 1:s with lines linewidth 0.3 linecolor rgb colour[c] notitle, for [c=1:n_cond] '%s' index o*n_cond+c-1 using 1:2 with steps linewidth 0.8 dashtype 3 linecolor rgb 'black' notitle, for [c=1:n_cond] '%s' index o*n_cond+c-1 using 1:2 with lines linewidth 1.6 linecolor rgb colour[c] title cond[c]", part, n_cond > 4 ? 0.12 : 0.25, 4 + n, target, part)
