// The lookup's small parts: the entry's stamp, other keys, what an isolate remembers.
#include "core/lookup/isbn_memory.h"
#include "core/lookup/tiers.h"
#include "tests/core/lookup/reading.h"

namespace cutover::lookup {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

TEST(CacheStamp, ReadsBackAsItWasWrittenWithinTheBoundsOfMetadata) {
  constexpr std::int64_t large = std::int64_t{1} << 53;
  for (const CacheStamp& stamp : {CacheStamp{}, CacheStamp{3, 1, 1'764'000'000'000, 1'764'000'000},
                                  CacheStamp{large, large, large, large}}) {
    const std::string metadata = to_metadata(stamp);
    EXPECT_LE(metadata.size(), KvLimits::metadata_bytes_max);
    EXPECT_EQ(ValueReader().read_stamp(metadata), stamp) << metadata;
  }
}

TEST(CacheStamp, AFreshEntryStaysUnlessTheFillIsNewer) {
  const CacheStamp five{5, 0, 0, {}};
  EXPECT_TRUE(stays(five, true, CacheStamp{4, 0, 0, {}}));
  EXPECT_TRUE(stays(five, true, five));
  EXPECT_FALSE(stays(five, true, CacheStamp{6, 0, 0, {}}));
}

TEST(CacheStamp, AnEntryThatWasInvalidatedMeanwhileStaysAndOneThatIsOldDoesNot) {
  const CacheStamp invalidated{5, 1, 0, {}};
  EXPECT_TRUE(stays(invalidated, false, CacheStamp{5, 0, 0, {}}));
  EXPECT_FALSE(stays(invalidated, false, CacheStamp{5, 1, 0, {}}));
  EXPECT_FALSE(stays(invalidated, false, CacheStamp{6, 0, 0, {}}));
  EXPECT_FALSE(stays(CacheStamp{5, 0, 0, {}}, false, CacheStamp{4, 0, 0, {}}))
      << "a database that was restored counts from where it was";
}

TEST(OtherKeys, AreTheOlderPrefixAndTheTenCharacters) {
  EXPECT_THAT(other_keys("9780439708180"),
              ElementsAre("search:isbn:isbn=9780439708180", "book:isbn:0439708184",
                          "search:isbn:isbn=0439708184"));
  EXPECT_THAT(other_keys("9780804429573"), testing::Contains("book:isbn:080442957X"));
  EXPECT_THAT(other_keys("9791034304516"), ElementsAre("search:isbn:isbn=9791034304516"));
}

TEST(OtherKeys, AreWhatTheTransformReadsAsThisBook) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::string isbn = scenarios::isbn13_of(i);
    for (const std::string& key : other_keys(isbn)) {
      const auto made = ValueReader().read(key, book_titled("T"));
      const auto* row = std::get_if<books::BookRow>(&made);
      ASSERT_NE(row, nullptr) << key;
      EXPECT_EQ(row->isbn, isbn) << key;
    }
  }
}

class Remembering : public Reading {
 protected:
  void with_runtime(const std::function<void(Runtime&)>& body) {
    read([&](Reader& reader) { body(reader.isolate.runtime); });
  }
};

TEST_F(Remembering, R13_RandomIsbnsFillNoMemory) {
  with_runtime([](Runtime& runtime) {
    IsbnMemory memory(runtime, 100);
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      memory.remember(scenarios::isbn13_of(i), seconds(1000 + static_cast<std::int64_t>(i)));
    }
    EXPECT_EQ(memory.size(), 100U);
    EXPECT_FALSE(memory.has(scenarios::isbn13_of(0))) << "it would have ended first";
    EXPECT_TRUE(memory.has(scenarios::isbn13_of(9'999)));
  });
}

TEST_F(Remembering, EndsWithTimeAndWithForgetting) {
  with_runtime([](Runtime& runtime) {
    IsbnMemory memory(runtime, 10);
    memory.remember("1", runtime.now() + seconds(2));
    memory.remember("2", runtime.now() + seconds(2));
    memory.forget("2");
    EXPECT_TRUE(memory.has("1"));
    EXPECT_FALSE(memory.has("2"));
    EXPECT_FALSE(memory.claim("1", runtime.now() + seconds(5)));
    runtime.sleep(seconds(2));
    EXPECT_FALSE(memory.has("1"));
    EXPECT_TRUE(memory.claim("1", runtime.now() + seconds(5)));
    EXPECT_TRUE(memory.has("1"));
  });
}

TEST_F(Remembering, ABookIsFoundAgainByItsIsbnAndAllBytesOfItsValue) {
  with_runtime([](Runtime& runtime) {
    BookMemory memory(runtime, 100'000);
    EXPECT_EQ(memory.find("1", "value"), nullptr);
    memory.keep("1", {"value", "book"});
    ASSERT_NE(memory.find("1", "value"), nullptr);
    EXPECT_EQ(memory.find("1", "value")->book, "book");
    EXPECT_EQ(memory.find("1", "Value"), nullptr);
    EXPECT_EQ(memory.find("2", "value"), nullptr);
    memory.keep("1", {"Value", "Book"});
    EXPECT_EQ(memory.find("1", "value"), nullptr);
    EXPECT_EQ(memory.find("1", "Value")->book, "Book");
  });
}

TEST_F(Remembering, BooksInMemoryAreBoundedAndTheHotOnesStay) {
  with_runtime([](Runtime& runtime) {
    BookMemory memory(runtime, 100'000);
    const std::string value(1000, 'v');
    memory.keep("hot", {value, value});
    memory.keep("cold", {value, value});
    memory.keep("huge", {std::string(60'000, 'v'), ""});
    EXPECT_EQ(memory.find("huge", std::string(60'000, 'v')), nullptr) << "more than a half";
    for (std::uint64_t i = 0; i < 1000; ++i) {
      memory.keep(scenarios::isbn13_of(i), {value, value});
      EXPECT_NE(memory.find("hot", value), nullptr) << i;
    }
    EXPECT_EQ(memory.find("cold", value), nullptr);
    int kept = 0;
    for (std::uint64_t i = 1000; i-- > 0;) {
      kept += memory.find(scenarios::isbn13_of(i), value) != nullptr ? 1 : 0;
    }
    EXPECT_GE(kept, 20);
    EXPECT_LE(kept, 50) << "100,000 bytes";
  });
}

TEST_F(Remembering, KeptAnswersAreBoundedInNumberAndBytes) {
  with_runtime([](Runtime& runtime) {
    SingleFlight flights(runtime, {3, 1000, seconds(2)});
    int work = 0;
    const auto ask = [&](const std::string& isbn, std::size_t bytes) {
      return flights.run(isbn, seconds(100), [&] {
        ++work;
        return SingleFlight::Landed{Found{std::string(bytes, 'b'), Tier::d1, false}, seconds(60)};
      });
    };
    ask("1", 300);
    EXPECT_TRUE(ask("1", 300).followed);
    ask("2", 300);
    ask("3", 300);
    ask("4", 300);
    EXPECT_EQ(work, 4);
    EXPECT_FALSE(ask("1", 300).followed) << "the fourth took its place";
    ask("5", 5000);
    EXPECT_FALSE(ask("5", 5000).followed) << "larger than all that may be kept";
    ask("6", 10);
    flights.settle("6");
    runtime.sleep(seconds(1));
    EXPECT_TRUE(ask("6", 10).followed);
    runtime.sleep(seconds(1));
    EXPECT_FALSE(ask("6", 10).followed) << "settled two seconds ago";
    flights.forget("6");
    EXPECT_FALSE(ask("6", 10).followed);
  });
}

TEST_F(Remembering, AFlightThatIsForgottenWhileUnderWayDoesNotEndTheNextOne) {
  with_runtime([](Runtime& runtime) {
    SingleFlight flights(runtime, {});
    const auto found = [](std::string text) {
      return SingleFlight::Landed{Found{std::move(text), Tier::d1, false}, seconds(60)};
    };
    std::string first;
    const auto group = runtime.task_group(2);
    group->spawn([&] {
      const auto result = flights.run("1", seconds(100), [&] {
        runtime.sleep(seconds(5));
        return found("old");
      });
      first = std::get<Found>(result.answer).book;
    });
    group->spawn([&] {
      runtime.sleep(seconds(1));
      flights.forget("1");
      flights.run("1", seconds(100), [&] { return found("new"); });
    });
    group->wait();
    EXPECT_EQ(first, "old");
    const auto next = flights.run("1", seconds(100), [&] { return found("newer"); });
    EXPECT_EQ(std::get<Found>(next.answer).book, "new");
  });
}

}  // namespace
}  // namespace cutover::lookup
