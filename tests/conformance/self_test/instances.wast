;; The store: what instances share, and what stays between runs. As results.wast says: "fails:".

(module $counter
  (memory (export "memory") 1 3)
  (table (export "table") 3 5 funcref)
  (global $count (export "count") (mut i32) (i32.const 0))
  (func (export "add") (param i32) (global.set $count (i32.add (global.get $count) (local.get 0))))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(register "counter" $counter)

(invoke "add" (i32.const 2))
(invoke "add" (i32.const 3))
(assert_return (get "count") (i32.const 5))
(assert_return (get "count") (i32.const 3)) ;; fails: (i32:5)
(assert_return (get "count") (i32.const 0)) ;; fails: (i32:5)

(module $user
  (import "counter" "memory" (memory 1))
  (import "counter" "table" (table 3 funcref))
  (import "counter" "count" (global $count (mut i32)))
  (import "counter" "add" (func $add (param i32)))
  (global (export "own") (mut i32) (i32.const 9))
  (func $answer (result i32) (i32.const 42))
  (elem (i32.const 1) $answer)
  (data (i32.const 100) "x")
  (func (export "add") (param i32) (call $add (i32.mul (local.get 0) (i32.const 10))))
  (func (export "count") (result i32) (global.get $count)))

;; The import of more pages than there are is refused as long as there are not.
(assert_unlinkable (module (import "counter" "memory" (memory 2))) "incompatible import type")
(assert_return (invoke $counter "grow") (i32.const 1))
(assert_return (invoke $counter "grow") (i32.const 1)) ;; fails: (i32:2)
(module (import "counter" "memory" (memory 2)))
(assert_return (invoke $counter "grow") (i32.const -1))

(assert_return (invoke $user "count") (i32.const 5))
(invoke $user "add" (i32.const 1))
(assert_return (get $counter "count") (i32.const 15))
(assert_return (get $counter "count") (i32.const 5)) ;; fails: (i32:15)
(assert_return (get $user "own") (i32.const 9))
(assert_return (get $user "count") (i32.const 15)) ;; fails: is of another kind
(assert_return (invoke $counter "byte" (i32.const 100)) (i32.const 0x78))
(assert_return (invoke $counter "byte" (i32.const 100)) (i32.const 0)) ;; fails: (i32:120)
(assert_return (invoke $counter "call" (i32.const 1)) (i32.const 42))
(assert_trap (invoke $counter "call" (i32.const 0)) "uninitialized element")

;; What a module has written before it traps stays, and so do its functions.
(assert_trap
  (module
    (import "counter" "table" (table 3 funcref))
    (import "counter" "memory" (memory 1))
    (func $leaves (result i32) (i32.const 77))
    (elem (i32.const 2) $leaves)
    (data (i32.const 200) "y")
    (func $f (unreachable))
    (start $f))
  "unreachable")
(assert_return (invoke $counter "call" (i32.const 2)) (i32.const 77))
(assert_trap (invoke $counter "call" (i32.const 2)) "uninitialized element") ;; fails: (i32:77)
(assert_return (invoke $counter "byte" (i32.const 200)) (i32.const 0x79))

;; A name that is given again means the later instance.
(module $counter (global (export "count") i32 (i32.const -4)))
(assert_return (get $counter "count") (i32.const -4))
(assert_return (get $counter "count") (i32.const 15)) ;; fails: (i32:4294967292)
(module (import "counter" "count" (global (mut i32))))
(module (import "counter" "count" (global i32))) ;; fails: unlinkable: incompatible import type
(register "counter" $counter)
(module (import "counter" "count" (global (mut i32)))) ;; fails: unlinkable: incompatible import type
(module (import "counter" "count" (global i32)))

;; spectest is there.
(module
  (import "spectest" "global_i32" (global $i i32))
  (import "spectest" "global_f64" (global $f f64))
  (import "spectest" "print_f64_f64" (func $print (param f64 f64)))
  (import "spectest" "memory" (memory 1 2))
  (import "spectest" "table" (table 10 20 funcref))
  (func (export "i") (result i32) (global.get $i))
  (func (export "f") (result f64) (call $print (global.get $f) (global.get $f)) (global.get $f)))
(assert_return (invoke "i") (i32.const 666))
(assert_return (invoke "i") (i32.const 667)) ;; fails: (i32:666)
(assert_return (invoke "f") (f64.const 666.6))
(assert_return (invoke "f") (f64.const 666)) ;; fails: (f64:0x4084d4cccccccccd)
