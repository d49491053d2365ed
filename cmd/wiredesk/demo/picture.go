package demo

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
)

const pictureWidth, pictureHeight = 640, 360

// picture paints a landscape that is always the same for the same story: a
// sky, a sun, three ridges or waves.
func picture(slug string) []byte {
	h := fnv.New64a()
	h.Write([]byte(slug))
	rnd := rand.New(rand.NewPCG(h.Sum64(), 1))
	hue := rnd.Float64() * 360
	palette := color.Palette{
		shade(hue, .25, .96), shade(hue, .35, .88), shade(48, .30, .99),
		shade(hue+15, .35, .70), shade(hue+25, .45, .50), shade(hue+35, .50, .30),
	}
	img := image.NewPaletted(image.Rect(0, 0, pictureWidth, pictureHeight), palette)
	sunX, sunY, sunR := 80+rnd.Float64()*480, 60+rnd.Float64()*80, 22+rnd.Float64()*26
	var waves [3][3]float64 // height, length, phase
	for i := range waves {
		waves[i] = [3]float64{8 + rnd.Float64()*26, 60 + rnd.Float64()*140, rnd.Float64() * 6}
	}
	for y := range pictureHeight {
		for x := range pictureWidth {
			var c uint8
			if y > pictureHeight*2/5 {
				c = 1
			}
			if math.Hypot(float64(x)-sunX, float64(y)-sunY) < sunR {
				c = 2
			}
			for i, w := range waves {
				ridge := 190 + 55*float64(i) + w[0]*math.Sin(float64(x)/w[1]*2+w[2]) + w[0]/3*math.Sin(float64(x)/17+w[2]*3)
				if float64(y) > ridge {
					c = uint8(3 + i)
				}
			}
			img.SetColorIndex(x, y, c)
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // a bytes.Buffer takes everything
	return b.Bytes()
}

// shade turns hue (degrees), saturation and value into a colour.
func shade(hue, saturation, value float64) color.RGBA {
	channel := func(n float64) uint8 {
		k := math.Mod(n+hue/60, 6)
		return uint8(255 * (value - value*saturation*max(0, min(k, 4-k, 1))))
	}
	return color.RGBA{channel(5), channel(3), channel(1), 255}
}
