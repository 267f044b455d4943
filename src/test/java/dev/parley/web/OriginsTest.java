package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com, https://app.example.com, api.example.com, true",
    "https://app.example.com, HTTPS://APP.example.com, api.example.com, true",
    "https://app.example.com, http://app.example.com, api.example.com, false",
    "https://app.example.com, https://app.example.com:8443, api.example.com, false",
    "https://app.example.com, https://app.example.com.evil.net, api.example.com, false",
    "https://app.example.com, https://evil.net/https://app.example.com, api.example.com, false",
    "https://app.example.com, null, api.example.com, false",
    "https://app.example.com, https://api.example.com, api.example.com, true",
    "https://app.example.com, https://api.example.com:1, api.example.com:2, false",
    "localhost, http://localhost:5173, api.example.com, true",
    "localhost, https://127.0.0.1, api.example.com, true",
    "localhost, http://[::1]:80, api.example.com, true",
    "localhost, http://localhost.evil.net, api.example.com, false",
    "localhost, http://localhost:123456, api.example.com, false",
    "localhost, file://localhost, api.example.com, false",
    "https://app.example.com, https://app.example.com:443, api.example.com, true",
    "https://App.example.com:443, https://app.example.com, api.example.com, true",
    "http://app.example.com:80, http://app.example.com, api.example.com, true",
    "https://app.example.com:80, https://app.example.com, api.example.com, false",
    "localhost, null, api.example.com, false",
    "localhost, null, null, false",
    "localhost, https://API.example.com, api.EXAMPLE.com, true",
    "localhost, https://api.example.com, api.example.com:443, true",
    "localhost, https://api.example.com:443, api.example.com, true",
    "localhost, http://api.example.com, api.example.com:80, true",
    "localhost, http://api.example.com, api.example.com:443, false",
    "localhost, https://api.example.com, api.example.com:8443, false",
    "localhost, https://api.example.com@evil.net, api.example.com, false",
    "localhost, https://evil.net?api.example.com, api.example.com, false",
    "localhost, https://sub.api.example.com, api.example.com, false",
    "localhost, '', '', false",
    "*, https://anywhere.example, api.example.com, true",
    "*, null, api.example.com, true",
  })
  void anOriginIsAllowedWhenItIsListedOrTheHostItself(
      String allowed, String origin, String host, boolean allows) {
    assertEquals(allows, new Origins(List.of(allowed)).allows(origin, host, false));
  }

  @Test
  void requestsOfNoPageAreServed() {
    assertTrue(new Origins(List.of()).allows(null, "api.example.com", true));
  }

  @Test
  void aPageThatDidNotComeByHttpsIsForeignToAHostThatDoes() {
    Origins origins = new Origins(List.of());

    assertEquals(false, origins.allows("http://a.example", "a.example", true));
    assertEquals(true, origins.allows("https://a.example", "a.example", true));
    assertEquals(true, origins.allows("https://a.example", "a.example", false));
  }

  @Test
  void withoutAHostNothingIsTheHostItself() {
    assertEquals(false, new Origins(List.of()).allows("https://a.example", null, false));
    assertEquals(false, new Origins(List.of()).allows("", "", false));
  }
}
