;; Its start function traps, so the modules behind it are never instantiated.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "before")
  (func $start (i32.store8 (i32.const 6) (i32.const 0x21)) (unreachable))
  (start $start))
