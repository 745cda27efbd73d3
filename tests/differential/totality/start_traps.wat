;; The start function writes memory and traps; the entry function never runs.
(module
  (memory 1)
  (global $ran (mut i32) (i32.const 0))
  (func $start
    (i32.store (i32.const 64) (i32.const 0x01020304))
    (global.set $ran (i32.const 1))
    (unreachable))
  (start $start)
  (func (export "entry") (param i64) (result i64) (local.get 0)))
