;; Input, output and halt.
(module
  (import "lockstep" "input_size" (func $size (result i32)))
  (import "lockstep" "input_read" (func $read (param i32 i32 i32)))
  (import "lockstep" "output_write" (func $write (param i32 i32)))
  (import "lockstep" "halt" (func $halt (param i32)))
  (memory 1)
  (func (export "echo")
    (call $read (i32.const 4090) (i32.const 0) (call $size))
    (call $write (i32.const 4090) (call $size)))
  (func (export "reverse") (local i32)
    (local.set 0 (call $size))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (call $read (i32.const 31) (local.get 0) (i32.const 1))
        (call $write (i32.const 31) (i32.const 1))
        (br $next))))
  (func $inner (param i32) (if (local.get 0) (then (call $halt (local.get 0)))))
  (func (export "halts") (param i32) (result i32)
    (call $write (i32.const 0) (i32.const 3))
    (call $inner (local.get 0))
    (i32.const 77)))
