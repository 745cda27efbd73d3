;; The start function recurses for ever.
(module
  (func $start (call $start))
  (start $start)
  (func (export "entry")))
