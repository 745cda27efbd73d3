;; Results. A command behind whose first line stands "fails:" has to be reported, with that text in what it got; all
;; others have to pass.

(module $results
  (global (export "seven") i32 (i32.const 7))
  (global (export "wide") (mut i64) (i64.const -1))
  (global (export "null") externref (ref.null extern))
  (func $self (export "i32") (result i32) (i32.const 5))
  (func (export "negative") (result i32) (i32.const -1))
  (func (export "i64") (result i64) (i64.const 5))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const 2))
  (func (export "nothing"))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "bits32") (param i32) (result f32) (f32.reinterpret_i32 (local.get 0)))
  (func (export "bits64") (param i64) (result f64) (f64.reinterpret_i64 (local.get 0)))
  (func (export "extern") (param externref) (result externref) (local.get 0))
  (func (export "func") (param i32) (result funcref)
    (if (result funcref) (local.get 0) (then (ref.func $self)) (else (ref.null func))))
  (elem declare func $self)
  (func (export "traps") (result i32) (unreachable)))

(assert_return (invoke "i32") (i32.const 5))
(assert_return (invoke "i32") (i32.const 6)) ;; fails: (i32:5)
(assert_return (invoke "i32") (i64.const 5)) ;; fails: (i32:5)
(assert_return (invoke "i32")) ;; fails: (i32:5)
(assert_return (invoke "i32") (i32.const 5) (i32.const 5)) ;; fails: (i32:5)
(assert_return (invoke "i32") (f32.const nan:canonical)) ;; fails: (i32:5)
(assert_return (invoke "negative") (i32.const 0xffffffff))
(assert_return (invoke "negative") (i64.const 0xffffffff)) ;; fails: (i32:4294967295)
(assert_return (invoke "i64") (i64.const 5))
(assert_return (invoke "i64") (i64.const 0x1_0000_0005)) ;; fails: (i64:5)
(assert_return (invoke "two") (i32.const 1) (i64.const 2))
(assert_return (invoke "two") (i64.const 2) (i32.const 1)) ;; fails: (i32:1 i64:2)
(assert_return (invoke "two") (i32.const 1)) ;; fails: (i32:1 i64:2)
(assert_return (invoke "nothing"))
(assert_return (invoke "nothing") (i32.const 0)) ;; fails: ()
(assert_return (invoke "traps") (i32.const 0)) ;; fails: trap unreachable
(assert_return (invoke "traps")) ;; fails: trap unreachable

(assert_return (invoke "f32" (f32.const -0)) (f32.const -0))
(assert_return (invoke "f32" (f32.const -0)) (f32.const 0)) ;; fails: (f32:0x80000000)
(assert_return (invoke "f32" (f32.const 0x1p-149)) (f32.const 0)) ;; fails: (f32:0x00000001)
(assert_return (invoke "f64" (f64.const -0)) (f64.const 0)) ;; fails: (f64:0x8000000000000000)
(assert_return (invoke "f64" (f64.const 1)) (f32.const 1)) ;; fails: (f64:0x3ff0000000000000)

(assert_return (invoke "bits32" (i32.const 0x7fc00000)) (f32.const nan:canonical))
(assert_return (invoke "bits32" (i32.const 0xffc00000)) (f32.const nan:canonical))
(assert_return (invoke "bits32" (i32.const 0x7fc00001)) (f32.const nan:canonical)) ;; fails: (f32:0x7fc00001)
(assert_return (invoke "bits32" (i32.const 0x7fa00000)) (f32.const nan:canonical)) ;; fails: (f32:0x7fa00000)
(assert_return (invoke "bits32" (i32.const 0x7f800000)) (f32.const nan:canonical)) ;; fails: (f32:0x7f800000)
(assert_return (invoke "bits32" (i32.const 0xffc00001)) (f32.const nan:arithmetic))
(assert_return (invoke "bits32" (i32.const 0x7fa00000)) (f32.const nan:arithmetic)) ;; fails: (f32:0x7fa00000)
(assert_return (invoke "bits32" (i32.const 0x7f800000)) (f32.const nan:arithmetic)) ;; fails: (f32:0x7f800000)
(assert_return (invoke "bits32" (i32.const 0x00400000)) (f32.const nan:arithmetic)) ;; fails: (f32:0x00400000)
(assert_return (invoke "bits32" (i32.const 0xffc00000)) (f32.const nan)) ;; fails: (f32:0xffc00000)
(assert_return (invoke "bits32" (i32.const 0x7fa00000)) (f32.const nan:0x200000))
(assert_return (invoke "bits64" (i64.const 0xfff8000000000000)) (f64.const nan:canonical))
(assert_return (invoke "bits64" (i64.const 0x7ff8000000000001)) (f64.const nan:canonical)) ;; fails: (f64:0x7ff8000000000001)
(assert_return (invoke "bits64" (i64.const 0xfff8000000000001)) (f64.const nan:arithmetic))
(assert_return (invoke "bits64" (i64.const 0x7ff4000000000000)) (f64.const nan:arithmetic)) ;; fails: (f64:0x7ff4000000000000)
(assert_return (invoke "bits64" (i64.const 0x7fc00000)) (f64.const nan:canonical)) ;; fails: (f64:0x000000007fc00000)
(assert_return (invoke "bits64" (i64.const 0x7ff8000000000000)) (f32.const nan:canonical)) ;; fails: (f64:0x7ff8000000000000)

(assert_return (invoke "extern" (ref.extern 0)) (ref.extern 0))
(assert_return (invoke "extern" (ref.extern 3)) (ref.extern))
(assert_return (invoke "extern" (ref.null extern)) (ref.null extern))
(assert_return (invoke "extern" (ref.extern 0)) (ref.null extern)) ;; fails: (externref:0)
(assert_return (invoke "extern" (ref.extern 1)) (ref.extern 0)) ;; fails: (externref:1)
(assert_return (invoke "extern" (ref.null extern)) (ref.extern)) ;; fails: (externref:null)
(assert_return (invoke "extern" (ref.null extern)) (ref.null func)) ;; fails: (externref:null)
(assert_return (invoke "func" (i32.const 1)) (ref.func))
(assert_return (invoke "func" (i32.const 0)) (ref.null func))
(assert_return (invoke "func" (i32.const 0)) (ref.func)) ;; fails: (funcref:null)
(assert_return (invoke "func" (i32.const 1)) (ref.null func)) ;; fails: (funcref:
(assert_return (invoke "func" (i32.const 1)) (ref.extern)) ;; fails: (funcref:

(assert_return (get "seven") (i32.const 7))
(assert_return (get "seven") (i32.const 8)) ;; fails: (i32:7)
(assert_return (get "seven") (i64.const 7)) ;; fails: (i32:7)
(assert_return (get "wide") (i64.const -1))
(assert_return (get "wide") (i64.const 0xffffffff)) ;; fails: (i64:18446744073709551615)
(assert_return (get "null") (ref.null extern))
(assert_return (get "i32") (i32.const 5)) ;; fails: 'i32' is of another kind
(assert_return (invoke "seven") (i32.const 7)) ;; fails: 'seven' is of another kind
(assert_return (invoke "missing")) ;; fails: no export 'missing'
(assert_return (get "missing") (i32.const 0)) ;; fails: no export 'missing'
(assert_return (invoke "i32" (i32.const 1)) (i32.const 5)) ;; fails: do not fit
(assert_return (invoke "f32") (f32.const 0)) ;; fails: do not fit
(assert_return (invoke "f32" (i32.const 0)) (f32.const 0)) ;; fails: do not fit
(assert_return (invoke $results "i32") (i32.const 5))
(assert_return (invoke $others "i32") (i32.const 5)) ;; fails: no instance $others
