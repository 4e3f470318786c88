#include "signoff/key.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "signoff/key_file.h"
#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

template <std::size_t size>
std::array<std::uint8_t, size> bytes_from(const std::string& hex) {
  std::array<std::uint8_t, size> bytes{};
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  }
  return bytes;
}

// A folder of its own for each test.
class KeyFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = (std::filesystem::temp_directory_path() / "keys-XXXXXX").string();
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    folder = made;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), mode);
    return path(name);
  }
  std::filesystem::path folder;
};

TEST(Key, TheFirstTestVectorOfRfc8032Fits) {
  const auto key = SigningKey::from_pem(pem_with_secret(
      bytes_from<32>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key(),
            bytes_from<32>("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
  EXPECT_EQ(key->sign(""), bytes_from<64>("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065"
                                          "224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
                                          "655141438e7a100b"));
}

TEST(Key, ASignatureFitsItsBytesAndItsKeyAndNothingElse) {
  const SigningKey key = key_number(1);
  const Signature signature = key.sign("approved");
  EXPECT_TRUE(fits(signature, "approved", key.public_key()));
  EXPECT_FALSE(fits(signature, "approveD", key.public_key()));
  EXPECT_FALSE(fits(signature, "approved", key_number(2).public_key()));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Signature other = signature;
    other[i] ^= 0x10;
    EXPECT_FALSE(fits(other, "approved", key.public_key())) << i;
  }
}

TEST(Key, ASignatureIsNotAcceptedInItsSecondArithmeticForm) {
  // s + L satisfies the same equation; RFC 8032 forbids it, because a file must have one form.
  const SigningKey key = key_number(1);
  Signature signature = key.sign("approved");
  const auto order =
      bytes_from<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned>(signature[32 + i]) + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  EXPECT_FALSE(fits(signature, "approved", key.public_key()));
}

TEST(Key, Base64HasOneForm) {
  const PublicKey key = key_number(3).public_key();
  const std::string text = base64_of(key);
  EXPECT_EQ(text.size(), 44U);
  EXPECT_EQ(public_key_from(text).value(), key);
  EXPECT_EQ(public_key_from(pem_of(key)).value(), key);
  for (const std::string& other :
       {text + "\n", " " + text, text.substr(0, 43), text.substr(0, 42) + "9=", std::string()}) {
    if (other == text) continue;
    EXPECT_FALSE(public_key_from(other)) << other;
  }
  EXPECT_FALSE(signature_from(text));
  const Signature signature = key_number(3).sign("x");
  EXPECT_EQ(signature_from(base64_of(signature)).value(), signature);
}

TEST(Key, OtherKindsOfKeysAreRefused) {
  EXPECT_FALSE(SigningKey::from_pem(""));
  EXPECT_FALSE(SigningKey::from_pem(pem_of(key_number(1).public_key())));
  EXPECT_FALSE(public_key_from("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  const auto locked = SigningKey::from_pem("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n");
  ASSERT_FALSE(locked);
  EXPECT_THAT(locked.error(), HasSubstr("passphrase"));
}

TEST_F(KeyFiles, APairIsMadeForItsOwnerAloneAndReadBack) {
  const auto made = make_key_files(path("qa.key"));
  ASSERT_TRUE(made) << made.error();
  struct stat status {};
  ASSERT_EQ(::stat(path("qa.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto read = read_key_file(path("qa.key"));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->public_key(), *made);
}

TEST_F(KeyFiles, AFileThatIsThereIsNeverOverwritten) {
  write("qa.key", "precious");
  EXPECT_THAT(make_key_files(path("qa.key")).error(), HasSubstr("is there already"));
  std::string text;
  std::getline(std::ifstream(path("qa.key")), text);
  EXPECT_EQ(text, "precious");
  write("other.key.pub", "precious");
  EXPECT_THAT(make_key_files(path("other.key")).error(), HasSubstr("other.key.pub"));
  EXPECT_FALSE(std::filesystem::exists(path("other.key")));
}

TEST_F(KeyFiles, AKeyThatOthersMayReadIsRefused) {
  const std::string pem = key_number(1).to_pem();
  EXPECT_TRUE(read_key_file(write("mine", pem, 0600)));
  EXPECT_TRUE(read_key_file(write("mine.too", pem, 0400)));
  for (const unsigned mode : {0640U, 0604U, 0660U, 0666U}) {
    const auto read = read_key_file(write("open", pem, mode));
    ASSERT_FALSE(read) << mode;
    EXPECT_THAT(read.error(), EndsWith("chmod 600 " + path("open")));
  }
}

TEST_F(KeyFiles, WhatIsNoKeyIsRefusedWithoutShowingIt) {
  const auto read = read_key_file(write("text", "secret words that are no key"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(), HasSubstr("no private Ed25519 key"));
  EXPECT_THAT(read.error(), Not(HasSubstr("secret words")));
  EXPECT_FALSE(read_key_file(path("absent")));
  EXPECT_FALSE(read_key_file(folder.string()));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_FALSE(read_key_file(path("pipe"))) << "and does not wait for a writer";
}

}  // namespace
}  // namespace cutover::signoff
