;; Traps, exhaustion and actions. As results.wast says: "fails:".

(module
  (memory 1)
  (table 2 funcref)
  (type $void (func))
  (func (export "unreachable") (unreachable))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "call") (param i32) (call_indirect (type $void) (local.get 0)))
  (func $forever (export "forever") (call $forever))
  (func (export "loop") (loop (br 0)))
  (func (export "nothing")))

(assert_trap (invoke "unreachable") "unreachable")
(assert_trap (invoke "unreachable") "integer overflow") ;; fails: trap unreachable
(assert_trap (invoke "unreachable") "something else") ;; fails: trap unreachable
(assert_trap (invoke "unreachable") "") ;; fails: trap unreachable
(assert_trap (invoke "nothing") "unreachable") ;; fails: ()
(assert_trap (invoke "missing") "unreachable") ;; fails: no export 'missing'
(assert_trap (invoke "divide" (i32.const 1) (i32.const 0)) "integer divide by zero")
(assert_trap (invoke "divide" (i32.const 1) (i32.const 0)) "integer overflow") ;; fails: trap integer_divide_by_zero
(assert_trap (invoke "divide" (i32.const 0x80000000) (i32.const -1)) "integer overflow")
(assert_trap (invoke "divide" (i32.const 0x80000000) (i32.const -1)) "integer divide by zero") ;; fails: trap integer_overflow
(assert_trap (invoke "divide" (i32.const 8) (i32.const 2)) "integer divide by zero") ;; fails: (i32:4)
(assert_trap (invoke "divide" (i32.const 8)) "integer divide by zero") ;; fails: do not fit
(assert_trap (invoke "load" (i32.const 65536)) "out of bounds memory access")
(assert_trap (invoke "load" (i32.const 65536)) "out of bounds table access") ;; fails: trap out_of_bounds_memory_access
(assert_trap (invoke "load" (i32.const 0)) "out of bounds memory access") ;; fails: (i32:0)
(assert_trap (invoke "call" (i32.const 0)) "uninitialized element")
(assert_trap (invoke "call" (i32.const 1)) "uninitialized element 1")
(assert_trap (invoke "call" (i32.const 2)) "undefined element")
(assert_trap (invoke "call" (i32.const 2)) "uninitialized element") ;; fails: trap undefined_element
(assert_trap (invoke "call" (i32.const 0)) "undefined element") ;; fails: trap uninitialized_element

(assert_exhaustion (invoke "forever") "call stack exhausted")
(assert_exhaustion (invoke "nothing") "call stack exhausted") ;; fails: ()
(assert_exhaustion (invoke "unreachable") "call stack exhausted") ;; fails: trap unreachable
(assert_exhaustion (invoke "forever") "unreachable") ;; fails: trap call_stack_exhausted
(assert_trap (invoke "forever") "unreachable") ;; fails: trap call_stack_exhausted

(invoke "nothing")
(invoke "unreachable") ;; fails: trap unreachable
(invoke "missing") ;; fails: no export 'missing'
(assert_return (invoke "nothing"))
