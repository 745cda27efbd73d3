;; Writes from a memory that it does not have.
(module
  (import "lockstep" "output_write" (func $write (param i32 i32)))
  (func (export "write") (param i32 i32) (call $write (local.get 0) (local.get 1))))
