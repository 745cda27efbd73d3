;; The start function halts; the entry function never runs.
(module
  (import "lockstep" "halt" (func $halt (param i32)))
  (import "lockstep" "output_write" (func $write (param i32 i32)))
  (memory 1)
  (data (i32.const 0) "bye")
  (func $start (call $write (i32.const 0) (i32.const 3)) (call $halt (i32.const 3)))
  (start $start)
  (func (export "entry") (param i64) (result i64) (local.get 0)))
