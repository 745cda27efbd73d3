;; Its segment would write over the library's.
(module
  (import "library" "memory" (memory 1))
  (data (i32.const 0) "behind!")
  (func (export "entry")))
