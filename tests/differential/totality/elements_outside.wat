;; The second active segment does not fit into the table; the first has been written.
(module
  (table 4 funcref)
  (elem (i32.const 0) $f)
  (elem (i32.const 3) $f $f)
  (func $f (export "entry")))
