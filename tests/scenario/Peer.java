// A client on Java's own TLS. It says what it did and what came of it, in the words of peer.py.
//
//   java Peer.java BEHAVIOUR HOST PORT NAME CA [KEYSTORE]
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Peer {
    static final byte[] REQUEST = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final char[] PASSWORD = "password".toCharArray();

    static void say(String words) {
        System.out.println(words);
    }

    static SSLContext context(String authority, String keystore) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = new FileInputStream(authority)) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = keystore == null ? null : new FileInputStream(keystore)) {
            own.load(in, PASSWORD);
        }
        keys.init(own, PASSWORD);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return made;
    }

    static void converse(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        byte[] reply = new byte[4096];
        while (socket.getInputStream().read(reply) > 0)
            say("data: reply");
        say("got: end of the stream");
    }

    public static void main(String[] args) throws Exception {
        SSLContext context = context(args[4], args.length > 5 ? args[5] : null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(args[1], Integer.parseInt(args[2]))) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(args[3])));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(3000);
            socket.startHandshake();
            say("sent: FINISHED");
            say("got: FINISHED");
            say("version: " + socket.getSession().getProtocol() + " reused: False");
            if (args[0].equals("late-request"))
                Thread.sleep(300);
            converse(socket);
        } catch (IOException fault) {
            say("error: " + fault.getMessage());
            System.exit(1);
        }
    }
}
