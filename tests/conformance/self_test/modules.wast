;; Modules that do not become instances. As results.wast says: "fails:".

(assert_invalid (module (func (result i32))) "type mismatch")
(assert_invalid (module (func (result i32) (i32.const 0))) "type mismatch") ;; fails: a valid module
(assert_invalid (module binary "\00asm") "unexpected end") ;; fails: malformed: unexpected end
(assert_invalid (module (import "no" "no" (func))) "unknown import") ;; fails: a valid module
(assert_invalid (module (memory 1) (memory 1)) "multiple memories")
(assert_invalid (module (memory 1) (memory 1)) "type mismatch") ;; fails: refused: unsupported feature multi-memory
(assert_malformed (module binary "\00asm") "unexpected end")
(assert_malformed (module binary "\00asm\01\00\00\00") "unexpected end") ;; fails: a valid module
(assert_malformed (module binary "\00asm\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\01") "unknown type") ;; fails: invalid: unknown type
(assert_malformed (module binary "\00asm\0d\00\01\00") "unknown binary version")
(assert_malformed (module binary "\00asm\0d\00\01\00") "magic header not detected") ;; fails: component-model
(assert_malformed (module quote "(func") "this is not looked at")

(assert_unlinkable (module (import "spectest" "nothing" (func))) "unknown import")
(assert_unlinkable (module (import "spectest" "print_i32" (func))) "incompatible import type")
(assert_unlinkable (module (import "spectest" "print_i32" (func (param i32)))) "unknown import") ;; fails: an instance
(assert_unlinkable (module (func (result i32))) "unknown import") ;; fails: invalid: type mismatch
(assert_unlinkable (module (func $f (unreachable)) (start $f)) "unknown import") ;; fails: trap unreachable

(assert_trap (module (func $f (unreachable)) (start $f)) "unreachable")
(assert_trap (module (func $f (unreachable)) (start $f)) "out of bounds memory access") ;; fails: trap unreachable
(assert_trap (module (memory 1) (data (i32.const 65536) "a")) "out of bounds memory access")
(assert_trap (module (memory 1) (data (i32.const 65535) "a")) "out of bounds memory access") ;; fails: an instance
(assert_trap (module (import "no" "no" (func))) "unreachable") ;; fails: unlinkable: unknown import
(assert_trap (module (func (result i32))) "unreachable") ;; fails: invalid: type mismatch

(module $first (func (export "one") (result i32) (i32.const 1)))
(assert_return (invoke "one") (i32.const 1))
(module (func (result i32))) ;; fails: invalid: type mismatch
(assert_return (invoke "one") (i32.const 1)) ;; fails: no instance
(assert_return (invoke $first "one") (i32.const 1))
(module (import "no" "no" (func))) ;; fails: unlinkable: unknown import
(module (func $f (unreachable)) (start $f)) ;; fails: trap unreachable
(register "nobody") ;; fails: no instance
(register "nobody" $nobody) ;; fails: no instance $nobody
(register "first" $first)
(module (import "first" "one" (func (result i32))))
(module (import "first" "one" (func))) ;; fails: unlinkable: incompatible import type
(module (import "second" "one" (func (result i32)))) ;; fails: unlinkable: unknown import
