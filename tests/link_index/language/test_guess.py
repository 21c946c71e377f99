import pytest

from link_index.language.guess import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How to grow tomatoes in the garden", "en"),
        ("Die besten Tomaten für den Garten und wie man sie pflegt", "de"),
        ("Comment cultiver des tomates dans le jardin", "fr"),
        ("Cómo cultivar tomates en el jardín", "es"),
        ("Come coltivare i pomodori nel giardino", "it"),
        ("Как выращивать помидоры в саду и на балконе", "ru"),
        ("Як вирощувати помідори в саду", "uk"),
        ("Jak pěstovat rajčata na zahradě", "cs"),
        ("Cum se cultivă roșiile în grădină", "ro"),
        ("Làm thế nào để trồng cà chua", "vi"),
        ("كيف تزرع الطماطم في الحديقة", "ar"),
        ("چگونه گوجه فرنگی در باغ بکاریم", "fa"),
    ],
)
def test_stop_words_tell_the_language_of_a_sentence(text, language):
    assert guess(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("トマトの育て方", "ja"),
        ("東京都議会議員選挙の結果", "ja"),
        ("如何种植番茄", "zh"),
        ("토마토 키우는 방법", "ko"),
        ("วิธีปลูกมะเขือเทศ", "th"),
        ("Πώς να καλλιεργήσετε ντομάτες", "el"),
    ],
)
def test_a_script_of_one_language_tells_it(text, language):
    assert guess(text) == language


@pytest.mark.parametrize(
    "text", ["", "Garden tomatoes", "Jaguar XF", "Los Angeles", "Die Hard", "Hotel Roma", "1234 5678", "\x00\ud800"]
)
def test_nothing_is_guessed_where_it_is_not_clear(text):
    assert guess(text) is None


def test_a_few_signs_of_another_script_are_no_language():
    assert guess("The letters αβγ in the formula are the angles of the triangle") == "en"
    assert guess("What does the sign の mean and how is it written") == "en"


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("Die besten Tomaten für den Garten und wie man sie nach dem Winter pflegt", "en", "de"),
        ("Как выращивать помидоры", "en", "ru"),
        ("トマトの育て方", "en", "ja"),
        ("東京都議会", "ja", "ja"),
        ("Garden tomatoes", "de", "de"),
        ("Jaguar", "fr", "fr"),
        ("How to grow tomatoes in the garden", "gl", "gl"),
        ("מאמע לשון", "yi", "yi"),
        ("", "en", "en"),
    ],
)
def test_a_declared_language_holds_unless_the_text_is_clearly_in_another_one(text, declared, language):
    assert guess(text, declared) == language
