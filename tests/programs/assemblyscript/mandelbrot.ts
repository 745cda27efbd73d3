// The Mandelbrot set in f64. Input: text "WIDTH HEIGHT CENTER_X CENTER_Y SPAN ITERATIONS", the centre and the span in
// decimal. Output: a picture of characters, then the sum of the absolute values at which points escaped, as bits and in
// decimal as AssemblyScript writes numbers. Code 1: not six numbers; 2: a picture too large.

import { halt, inputText, writeText } from "./lockstep";

const SHADES = " .:-=+*#%@";

class Point {
  iterations: i32 = 0;
  distance: f64 = 0;

  constructor(public x: f64, public y: f64) {}

  iterate(limit: i32): void {
    let x: f64 = 0;
    let y: f64 = 0;
    for (this.iterations = 0; this.iterations < limit; ++this.iterations) {
      const x2 = x * x;
      const y2 = y * y;
      if (x2 + y2 > 4) break;
      y = 2 * x * y + this.y;
      x = x2 - y2 + this.x;
    }
    this.distance = Math.sqrt(x * x + y * y);
  }

  shade(limit: i32): string {
    if (this.iterations == limit) return SHADES.charAt(9);
    return SHADES.charAt(<i32>Math.floor((9.0 * <f64>this.iterations) / <f64>limit));
  }
}

function draw(width: i32, height: i32, centerX: f64, centerY: f64, span: f64, limit: i32): f64 {
  let sum: f64 = 0;
  for (let row = 0; row < height; ++row) {
    let line = "";
    for (let column = 0; column < width; ++column) {
      const point = new Point(
        centerX + span * ((<f64>column + 0.5) / <f64>width - 0.5),
        centerY - span * ((<f64>row + 0.5) / <f64>height - 0.5),
      );
      point.iterate(limit);
      line += point.shade(limit);
      if (point.iterations < limit) sum += point.distance;
    }
    writeText(line + "\n");
  }
  return sum;
}

function hex(bits: u64): string {
  let text = "";
  for (let shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef".charAt(<i32>((bits >> shift) & 15));
  return text;
}

export function _start(): void {
  const parts = inputText().trim().split(" ");
  const numbers = parts.map<f64>((part) => F64.parseFloat(part));
  if (numbers.length != 6 || numbers.some((number) => isNaN(number))) halt(1);
  const width = numbers[0];
  const height = numbers[1];
  const limit = numbers[5];
  if (!(width >= 1 && width <= 100 && height >= 1 && height <= 50 && limit >= 1 && limit <= 200)) halt(2);
  const sum = draw(<i32>width, <i32>height, numbers[2], numbers[3], numbers[4], <i32>limit);
  writeText(hex(reinterpret<u64>(sum)) + " " + sum.toString() + "\n");
}
