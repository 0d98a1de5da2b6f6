package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslLogin;

/** In these texts a vertical bar stands for the separator, %x01. */
class ClientResponseParserTest {

    private static ByteBuffer octets(String text) {
        return ByteBuffer.wrap(text.replace('|', '\u0001').getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ClientResponse bearer(String text) throws MalformedResponseException {
        return ClientResponseParser.oauthBearer(octets(text));
    }

    private static ClientResponse xoauth2(String text) throws MalformedResponseException {
        return ClientResponseParser.xoauth2(octets(text));
    }

    private static String token(ClientResponse response) {
        return StandardCharsets.US_ASCII.decode(response.token().orElseThrow()).toString();
    }

    @Test
    void rfcsExampleIsRead() throws Exception {
        ClientResponse response =
                bearer(
                        "n,a=user@example.com,|host=server.example.com|port=143|"
                                + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==||");
        assertEquals(Optional.of(UserName.of("user@example.com")), response.user());
        assertEquals("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", token(response));
    }

    @Test
    void whatClientsSendIsRead() throws Exception {
        assertEquals("tok-._~+/123=", token(bearer("n,,|auth=Bearer tok-._~+/123=||")));
        assertEquals("t", token(bearer("y,,|auth=bEARER  t||")));
        assertEquals(Optional.empty(), bearer("n,,|auth=Bearer t||").user());
        ClientResponse google = xoauth2("user=someuser@example.com|auth=Bearer ya29.vF9dft4||");
        assertEquals(Optional.of(UserName.of("someuser@example.com")), google.user());
        assertEquals("ya29.vF9dft4", token(google));
        assertEquals("t", token(xoauth2("auth=Bearer t|user=u||")));
    }

    @Test
    void namesAreUnescapedOnce() throws Exception {
        assertEquals(
                Optional.of(UserName.of("a,b=c=2C")),
                bearer("n,a=a=2Cb=3Dc=3D2C,|auth=Bearer t||").user());
        assertEquals(
                Optional.of(UserName.of("\u00e9\u0142".getBytes(StandardCharsets.UTF_8))),
                ClientResponseParser.xoauth2(
                                ByteBuffer.wrap(
                                        "user=\u00e9\u0142\u0001auth=Bearer t\u0001\u0001"
                                                .getBytes(StandardCharsets.UTF_8)))
                        .user());
        // No escapes there: it is a value like others.
        assertEquals(
                Optional.of(UserName.of("a=2Cb")), xoauth2("user=a=2Cb|auth=Bearer t||").user());
    }

    @Test
    void unknownKeysArePassedOver() throws Exception {
        assertEquals(
                "t",
                token(bearer("n,,|mthd=POST|user=x|authx=Bearer u|qs=a\tb\r\n|auth=Bearer t||")));
        assertEquals("t", token(xoauth2("user=u|x=y|x=z|auth=Bearer t||")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n,,|auth=||",
                "n,,|auth=Bearer||",
                "n,,|auth=Bearer ||",
                "n,,|auth=Basic dTpw||",
                "n,,|auth=Bearerx t||",
                "n,,|auth=MAC id=1||"
            })
    void whatHasNoBearerTokenWantsToBeTold(String text) throws Exception {
        assertEquals(Optional.empty(), bearer(text).token());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The header.
                "",
                "|",
                "n",
                "n,",
                "n,,",
                "n,,auth=Bearer t||",
                "p=tls-exporter,,|auth=Bearer t||",
                "F,n,,|auth=Bearer t||",
                "x,,|auth=Bearer t||",
                "N,,|auth=Bearer t||",
                "n,a=,|auth=Bearer t||",
                "n,b=x,|auth=Bearer t||",
                "n,x,|auth=Bearer t||",
                "n,a=x|auth=Bearer t||",
                "n,a=a=2cb,|auth=Bearer t||",
                "n,a=a=,|auth=Bearer t||",
                "n,a=a=2D,|auth=Bearer t||",
                "n,a=\u00ff,|auth=Bearer t||",
                "n,a=\u0000,|auth=Bearer t||",
                "user=u|auth=Bearer t||",
                // The pairs.
                "n,,||",
                "n,,|auth=Bearer t|",
                "n,,|auth=Bearer t",
                "n,,|auth=Bearer t|||",
                "n,,|auth=Bearer t||x",
                "n,,|host=h|port=1||",
                "n,,|auth=Bearer t|auth=Bearer t||",
                "n,,|auth=Bearer t|auth=||",
                "n,,|=x|auth=Bearer t||",
                "n,,|a1=x|auth=Bearer t||",
                "n,,|auth|auth=Bearer t||",
                "n,,|x=\u0000|auth=Bearer t||",
                "n,,|x=\u007f|auth=Bearer t||",
                "n,,|x=\u00e9|auth=Bearer t||",
                // What is in them.
                "n,,|auth=Bearer t u||",
                "n,,|auth=Bearer t,||",
                "n,,|auth=Bearer =||",
                "n,,|auth=Bearer a=b||",
                "n,,|auth=Bearer t ||",
                "n,,|auth=Bearer \tt||",
                "n,,|host=|auth=Bearer t||",
                "n,,|host=a b|auth=Bearer t||",
                "n,,|host=h|host=h|auth=Bearer t||",
                "n,,|port=|auth=Bearer t||",
                "n,,|port=0|auth=Bearer t||",
                "n,,|port=65536|auth=Bearer t||",
                "n,,|port=000110|auth=Bearer t||",
                "n,,|port=-1|auth=Bearer t||",
                "n,,|port=1|port=1|auth=Bearer t||"
            })
    void whatIsNotOfTheFormIsRefused(String text) {
        assertThrows(MalformedResponseException.class, () -> bearer(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "|",
                "user=u||",
                "auth=Bearer t||",
                "user=|auth=Bearer t||",
                "user=u|user=v|auth=Bearer t||",
                "user=u|user=u|auth=Bearer t||",
                "user=\u00ff|auth=Bearer t||",
                "user=u\u0000|auth=Bearer t||",
                "n,,|user=u|auth=Bearer t||",
                "user=u|auth=Bearer t|",
                "user=u|auth=Bearer t||x"
            })
    void whatIsNotOfTheOtherFormIsRefused(String text) {
        assertThrows(MalformedResponseException.class, () -> xoauth2(text));
    }

    @Test
    void boundsHoldOnBothSides() throws Exception {
        String name = "u".repeat(UserName.MAX_OCTETS);
        assertEquals(
                Optional.of(UserName.of(name)), bearer("n,a=" + name + ",|auth=Bearer t||").user());
        assertThrows(
                MalformedResponseException.class,
                () -> bearer("n,a=" + name + "u,|auth=Bearer t||"));
        assertEquals(
                Optional.of(UserName.of(name)),
                xoauth2("user=" + name + "|auth=Bearer t||").user());
        assertThrows(
                MalformedResponseException.class,
                () -> xoauth2("user=u" + name + "|auth=Bearer t||"));
        String host = "h".repeat(255);
        assertEquals("t", token(bearer("n,,|host=" + host + "|port=65535|auth=Bearer t||")));
        assertThrows(
                MalformedResponseException.class,
                () -> bearer("n,,|host=h" + host + "|auth=Bearer t||"));
        String around = "n,,|auth=Bearer ||";
        String token = "t".repeat(SaslLogin.MAX_RESPONSE - around.length());
        assertEquals(token, token(bearer("n,,|auth=Bearer " + token + "||")));
        assertThrows(
                MalformedResponseException.class, () -> bearer("n,,|auth=Bearer t" + token + "||"));
        assertEquals(
                "t",
                token(
                        bearer(
                                "n,,|"
                                        + "k".repeat(3000)
                                        + "="
                                        + "v".repeat(3000)
                                        + "|auth=Bearer t||")));
    }

    @Test
    void nothingIsPrinted() throws Exception {
        assertEquals("***", bearer("n,a=secret,|auth=Bearer secret||").toString());
    }
}
