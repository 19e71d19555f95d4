# SPDX-License-Identifier: MIT
# gnuplot -c bench.gp DATA PNG: how many times as fast, a bar a peer; a line where the goal is.
set terminal pngcairo size 1100,640 font "DejaVu Sans,11"
set output ARG2
data = ARG1
stats data using 1 nooutput
n = STATS_records
set logscale x 10
set xrange [1:*]
set yrange [n - 0.4:-0.6]
set xlabel "times as fast as the peer (medians)"
set ytics out nomirror
set xtics nomirror
set grid xtics lc rgb "#dddddd"
set border 3
set lmargin 66
set key above right
set style fill solid 0.9 noborder
plot data using (1):0:(1):1:($0 - 0.32):($0 + 0.32):ytic(3) with boxxyerror lc rgb "#3465a4" title "rate2spike", \
     data using 2:0:(0):(0.45) with vectors nohead lw 3 lc rgb "#cc0000" title "goal", \
     data using 2:0:(0):(-0.45) with vectors nohead lw 3 lc rgb "#cc0000" notitle, \
     data using (1.05):0:(sprintf("%.3g x", $1)) with labels left tc rgb "white" notitle
