package main

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// chart draws the times over loopback beside those by hand with encoding/json.
func (r *results) chart(file string) error {
	p := plot.New()
	p.Title.Text = "Time of a call over loopback HTTP, by hand with encoding/json = 1"
	p.Title.Padding = vg.Points(10)
	p.Y.Tick.Label.Font.Size = vg.Points(10)
	p.X.Min = 0
	p.X.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: "0"}, {Value: 0.5, Label: "0.5"}, {Value: 1, Label: "1"}}
	p.Legend.Top = true

	var names []string
	for _, c := range slices.Backward(calls()) {
		names = append(names, c.name)
	}
	const width = 6
	for i, bars := range []struct {
		name  string
		color color.Color
	}{
		{floor, color.Gray{0xC8}},
		{decoded, color.Gray{0x80}},
		{ours, color.RGBA{0xFD, 0x36, 0x6E, 0xFF}},
	} {
		var values plotter.Values
		for _, name := range names {
			c := r.calls[r.networks[1]][name]
			values = append(values, float64(c[bars.name].time)/float64(c[decoded].time))
		}
		b, err := plotter.NewBarChart(values, vg.Points(width))
		if err != nil {
			return err
		}
		b.Horizontal, b.Color, b.LineStyle.Width = true, bars.color, 0
		b.Offset = vg.Points(width * float64(i-1))
		p.Add(b)
		p.Legend.Add(bars.name, b)
	}
	p.NominalY(names...)
	p.X.Max = max(p.X.Max, 1.4) // room for the legend
	return p.Save(24*vg.Centimeter, 14*vg.Centimeter, file)
}
