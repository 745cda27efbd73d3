// Inputs of ed25519: the vectors of RFC 8032, signatures that OpenSSL makes, and what must be refused.

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "base/hex.hpp"
#include "tests/programs/application_run.hpp"

namespace lockstep::programs {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
/// Where r and s begin in an input.
constexpr std::size_t kR = kKeyBytes;
constexpr std::size_t kS = kKeyBytes + 32;

constexpr std::string_view kGroupOrder =
    "0xedd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
constexpr std::string_view kPrime =
    "0xedffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";

Bytes from_hex(std::string_view digits) {
    return bytes_from_hex(digits).value();
}

Bytes joined(const Bytes& a, const Bytes& b) {
    Bytes all = a;
    all.insert(all.end(), b.begin(), b.end());
    return all;
}

ApplicationRun signature(std::string detail, Bytes input, std::string_view output) {
    return {.application = "ed25519",
            .detail = std::move(detail),
            .input = std::move(input),
            .output = to_bytes(output)};
}

/// Public key, signature, message.
Bytes signed_message(std::uint8_t seed, const Bytes& message) {
    const Bytes secret(kKeyBytes, seed);
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()),
        EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
    Bytes all(kKeyBytes + kSignatureBytes);
    std::size_t key_size = kKeyBytes;
    std::size_t signature_size = kSignatureBytes;
    if (EVP_PKEY_get_raw_public_key(key.get(), all.data(), &key_size) != 1 ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), all.data() + kKeyBytes, &signature_size, message.data(),
                       message.size()) != 1) {
        throw std::runtime_error("OpenSSL does not sign");
    }
    return joined(all, message);
}

Bytes with_flipped_bit(Bytes bytes, std::size_t byte, unsigned bit) {
    bytes.at(byte) ^= static_cast<std::uint8_t>(1U << bit);
    return bytes;
}

Bytes with_32_bytes(Bytes bytes, std::size_t at, const Bytes& replacement) {
    std::ranges::copy(replacement, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    return bytes;
}

/// The 32 bytes at `at`, little-endian, plus a number.
Bytes with_sum(Bytes bytes, std::size_t at, const Bytes& number) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < number.size(); ++i) {
        carry += bytes.at(at + i) + unsigned{number[i]};
        bytes.at(at + i) = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    return bytes;
}

void add_published(ApplicationRuns& runs) {
    // RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc).
    runs.push_back(
        signature("rfc_2",
                  from_hex("0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
                           "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                           "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c0072"),
                  "valid\n"));
    runs.push_back(
        signature("rfc_1",
                  from_hex("0xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
                           "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                           "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
                  "valid\n"));
    runs.push_back(
        signature("rfc_3",
                  from_hex("0xfc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
                           "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                           "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40aaf82"),
                  "valid\n"));
    runs.push_back(
        signature("rfc_sha_abc",
                  from_hex("0xec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"
                           "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                           "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
                           "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                           "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
                  "valid\n"));
}

void add_refused(ApplicationRuns& runs, const Bytes& valid) {
    constexpr std::string_view kNotEqual = "invalid: the equation does not hold\n";
    constexpr std::string_view kBadS = "invalid: s is not below the order of the group\n";
    constexpr std::string_view kNoKey = "invalid: the public key is no point\n";
    runs.push_back(signature("s_plus_order", with_sum(valid, kS, from_hex(kGroupOrder)), kBadS));
    runs.push_back(signature("s_is_order", with_32_bytes(valid, kS, from_hex(kGroupOrder)), kBadS));
    runs.push_back(signature("s_is_zero", with_32_bytes(valid, kS, Bytes(32)), kNotEqual));
    runs.push_back(signature("bit_of_s", with_flipped_bit(valid, kS + 3, 5), kNotEqual));
    runs.push_back(
        signature("bit_of_message", with_flipped_bit(valid, valid.size() - 1, 0), kNotEqual));
    runs.push_back(signature("sign_of_key", with_flipped_bit(valid, 31, 7), kNotEqual));
    runs.push_back(signature("sign_of_r", with_flipped_bit(valid, kR + 31, 7), kNotEqual));
    runs.push_back(
        signature("y_of_key_is_prime", with_32_bytes(valid, 0, from_hex(kPrime)), kNoKey));
    runs.push_back(signature("y_of_r_is_prime", with_32_bytes(valid, kR, from_hex(kPrime)),
                             "invalid: r is no point\n"));
    Bytes two(32);
    two[0] = 2;
    runs.push_back(signature("no_x_for_y_2", with_32_bytes(valid, 0, two), kNoKey));
    // y = 1: x is 0, and has no sign.
    Bytes one(32);
    one[0] = 1;
    runs.push_back(signature("key_is_neutral", with_32_bytes(valid, 0, one), kNotEqual));
    one[31] = 0x80;
    runs.push_back(signature("zero_with_a_sign", with_32_bytes(valid, 0, one), kNoKey));
}

}  // namespace

ApplicationRuns signature_runs() {
    ApplicationRuns runs;
    add_published(runs);
    for (const std::size_t size : {0U, 1U, 63U, 64U, 111U, 300U, 2000U}) {
        Bytes message(size);
        for (std::size_t i = 0; i < size; ++i) {
            message[i] = static_cast<std::uint8_t>(i * i + size);
        }
        runs.push_back(signature("signed_" + std::to_string(size),
                                 signed_message(static_cast<std::uint8_t>(size + 1), message),
                                 "valid\n"));
    }
    add_refused(runs, signed_message(1, to_bytes("a message")));
    // [0] B = neutral + [k] neutral: the RFC says nothing against a key of small order.
    Bytes neutral(kKeyBytes + kSignatureBytes);
    neutral[0] = 1;
    neutral[kR] = 1;
    runs.push_back(signature("all_neutral", neutral, "valid\n"));
    runs.push_back(signature("cut_short", Bytes(kKeyBytes + kSignatureBytes - 1), ""));
    return runs;
}

}  // namespace lockstep::programs
