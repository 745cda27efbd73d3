// Exact arithmetic with big numbers. Input: lines "pi DIGITS", "factorial N", "power BASE EXPONENT", "words TEXT"; one
// line of output for each. An unknown line ends the run with code 1, numbers beyond the limits with code 2; what should
// be a number and is none is a failed assertion, a trap. The memory that a line took is collected behind it.

import { halt, inputText, writeText } from "./lockstep";

const CODE_UNKNOWN: u32 = 1;
const CODE_TOO_LARGE: u32 = 2;
const MAX_DIGITS: u32 = 400;

/** A natural number: limbs of nine decimal digits, the lowest first, without zeros above. */
class Natural {
  limbs: Array<u32> = [];

  static of(value: u64): Natural {
    const number = new Natural();
    while (value != 0) {
      number.limbs.push(<u32>(value % Natural.BASE));
      value /= Natural.BASE;
    }
    return number;
  }

  static get BASE(): u64 {
    return 1000000000;
  }

  get isZero(): bool {
    return this.limbs.length == 0;
  }

  private trim(): Natural {
    while (this.limbs.length > 0 && this.limbs[this.limbs.length - 1] == 0) this.limbs.pop();
    return this;
  }

  @operator("+")
  plus(other: Natural): Natural {
    const sum = new Natural();
    let carry: u64 = 0;
    for (let i = 0; i < max(this.limbs.length, other.limbs.length) || carry != 0; ++i) {
      if (i < this.limbs.length) carry += this.limbs[i];
      if (i < other.limbs.length) carry += other.limbs[i];
      sum.limbs.push(<u32>(carry % Natural.BASE));
      carry /= Natural.BASE;
    }
    return sum;
  }

  /** Of a number that is not greater. */
  @operator("-")
  minus(other: Natural): Natural {
    const difference = new Natural();
    let borrow: i64 = 0;
    for (let i = 0; i < this.limbs.length; ++i) {
      let limb = <i64>this.limbs[i] - borrow - (i < other.limbs.length ? <i64>other.limbs[i] : 0);
      borrow = limb < 0 ? 1 : 0;
      if (borrow != 0) limb += Natural.BASE;
      difference.limbs.push(<u32>limb);
    }
    assert(borrow == 0);
    return difference.trim();
  }

  @operator("*")
  times(other: Natural): Natural {
    const product = new Natural();
    product.limbs.length = this.limbs.length + other.limbs.length;
    for (let i = 0; i < this.limbs.length; ++i) {
      let carry: u64 = 0;
      for (let j = 0; j < other.limbs.length; ++j) {
        carry += <u64>this.limbs[i] * other.limbs[j] + product.limbs[i + j];
        product.limbs[i + j] = <u32>(carry % Natural.BASE);
        carry /= Natural.BASE;
      }
      product.limbs[i + other.limbs.length] = <u32>carry;
    }
    return product.trim();
  }

  dividedBy(divisor: u32): Natural {
    const quotient = new Natural();
    quotient.limbs.length = this.limbs.length;
    let rest: u64 = 0;
    for (let i = this.limbs.length - 1; i >= 0; --i) {
      rest = rest * Natural.BASE + this.limbs[i];
      quotient.limbs[i] = <u32>(rest / divisor);
      rest %= divisor;
    }
    return quotient.trim();
  }

  toString(): string {
    if (this.isZero) return "0";
    let text = this.limbs[this.limbs.length - 1].toString();
    for (let i = this.limbs.length - 2; i >= 0; --i) text += this.limbs[i].toString().padStart(9, "0");
    return text;
  }
}

function power(base: Natural, exponent: u32): Natural {
  let result = Natural.of(1);
  for (let square = base; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = result * square;
    if (exponent > 1) square = square * square;
  }
  return result;
}

/** scale * arctan(1/x), by its series. */
function arctangent(x: u32, scale: Natural): Natural {
  let term = scale.dividedBy(x);
  let positive = term;
  let negative = new Natural();
  for (let n: u32 = 3; !term.isZero; n += 2) {
    term = term.dividedBy(x * x);
    if (n % 4 == 1) positive = positive + term.dividedBy(n);
    else negative = negative + term.dividedBy(n);
  }
  return positive - negative;
}

/** Machin: pi = 16 arctan(1/5) - 4 arctan(1/239); ten digits more than are wanted, and cut. */
function pi(digits: u32): string {
  const scale = power(Natural.of(10), digits + 10);
  const scaled = Natural.of(16) * arctangent(5, scale) - Natural.of(4) * arctangent(239, scale);
  const text = scaled.toString();
  return text.substr(0, 1) + "." + text.substr(1, digits);
}

function factorial(n: u32): Natural {
  let product = Natural.of(1);
  for (let factor: u32 = 2; factor <= n; ++factor) product = product * Natural.of(factor);
  return product;
}

/** The words that occur, each with how often, the most frequent first. */
function words(text: string): string {
  const counts = new Map<string, i32>();
  const parts = text.split(" ");
  for (let i = 0; i < parts.length; ++i) {
    counts.set(parts[i], (counts.has(parts[i]) ? counts.get(parts[i]) : 0) + 1);
  }
  const entries = new Array<Entry>();
  const keys = counts.keys();
  for (let i = 0; i < keys.length; ++i) entries.push(new Entry(keys[i], counts.get(keys[i])));
  entries.sort((a, b) => (a.count != b.count ? b.count - a.count : a.word < b.word ? -1 : 1));
  return entries.map<string>((entry) => entry.word + " " + entry.count.toString()).join(", ");
}

class Entry {
  constructor(public word: string, public count: i32) {}
}

function checked(text: string, limit: u32): u32 {
  for (let i = 0; i < text.length; ++i) assert(text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57, "a digit");
  const value = U32.parseInt(text);
  if (text.length == 0 || text.length > 9 || value > limit) halt(CODE_TOO_LARGE);
  return value;
}

function answer(line: string): string {
  const parts = line.split(" ");
  if (parts.length == 2 && parts[0] == "pi") return pi(checked(parts[1], MAX_DIGITS));
  if (parts.length == 2 && parts[0] == "factorial") return factorial(checked(parts[1], 200)).toString();
  if (parts.length == 3 && parts[0] == "power") {
    return power(Natural.of(checked(parts[1], 1000000)), checked(parts[2], 100)).toString();
  }
  if (parts[0] == "words") return words(line.slice(6));
  halt(CODE_UNKNOWN);
  return "";
}

// A global variable, because the collector does not look at the stack.
let lines: string[] = [];

export function _start(): void {
  lines = inputText().split("\n");
  for (let i = 0; i < lines.length; ++i) {
    if (lines[i].length != 0) writeText(answer(lines[i]) + "\n");
    __collect();
  }
}
