;; Output up to its limit: 65535 pages, a page but one byte, nothing. Then one byte more.
(module
  (import "lockstep" "output_write" (func $write (param i32 i32)))
  (memory 1)
  (func (export "flood") (local $left i32)
    (local.set $left (i32.const 65535))
    (loop $again
      (call $write (i32.const 0) (i32.const 65536))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (call $write (i32.const 0) (i32.const 65535))
    (call $write (i32.const 0) (i32.const 0))
    (call $write (i32.const 0) (i32.const 1))))
