;; The second active segment does not fit into the memory; the first has been written.
(module
  (memory 1)
  (data (i32.const 100) "first")
  (data (i32.const 65533) "last")
  (func (export "entry")))
