;; Recursion in frames of few slots: it ends at the call depth. The parameter is how many calls follow.
(module
  (type $recursive (func (param i32)))
  (table 1 funcref)
  (elem (i32.const 0) $through_table)
  (func $direct (export "direct") (type $recursive)
    (if (local.get 0) (then (call $direct (i32.sub (local.get 0) (i32.const 1))))))
  (func $through_table (export "through_table") (type $recursive)
    (if (local.get 0)
      (then (call_indirect (type $recursive) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))))
