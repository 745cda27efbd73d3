// The host functions for guests in AssemblyScript, and text in and out.

@external("lockstep", "input_size")
declare function input_size(): u32;

@external("lockstep", "input_read")
declare function input_read(to: usize, offset: u32, size: u32): void;

@external("lockstep", "output_write")
declare function output_write(from: usize, size: u32): void;

@external("lockstep", "halt")
export declare function halt(code: u32): void;

/** The input as text, each byte a character. */
export function inputText(): string {
  const size = input_size();
  const bytes = new StaticArray<u8>(size);
  input_read(changetype<usize>(bytes), 0, size);
  return String.UTF8.decodeUnsafe(changetype<usize>(bytes), size);
}

/** Writes text as UTF-8. */
export function writeText(text: string): void {
  const bytes = String.UTF8.encode(text);
  output_write(changetype<usize>(bytes), bytes.byteLength);
}

/** What the runtime calls where an assertion or a bounds check fails: a trap. */
export function trap(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}
