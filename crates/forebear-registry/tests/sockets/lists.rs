//! Catalog and tags, page by page.

use forebear_registry::{ErrorKind, PageCursor, Registry, RegistryOptions};

use crate::server::{Act, Server, answer, json};

fn page(link: Option<&str>, body: &str) -> Act {
    match link {
        Some(link) => Act::Send(json(200, &[("Link", &format!("<{link}>; rel=\"next\""))], body)),
        None => Act::Send(json(200, &[], body)),
    }
}

#[tokio::test]
async fn r11_r12_pages_are_followed_to_the_end() {
    let server = Server::start().await;
    let absolute = format!("http://{}/v2/_catalog?last=library%2Fb&n=1000", server.host());
    server
        .on(
            "/v2/_catalog?n=1000",
            page(Some("/v2/_catalog?last=library%2Fa&n=1000"), r#"{"repositories":["library/a"]}"#),
        )
        .on(
            "/v2/_catalog?last=library%2Fa&n=1000",
            page(Some(&absolute), r#"{"repositories":["library/b", "BAD\u001b"]}"#),
        )
        .on("/v2/_catalog?last=library%2Fb&n=1000", page(None, r#"{"repositories":["c/d"]}"#));
    let registry =
        Registry::new(RegistryOptions { name_as: Some("docker.io".parse().unwrap()), ..server.options() }).unwrap();
    let (mut names, mut rejected, mut cursor) = (Vec::new(), Vec::new(), None::<PageCursor>);
    loop {
        let page = registry.catalog_page(cursor.as_ref(), 1000).await.unwrap();
        names.extend(page.items.iter().map(ToString::to_string));
        rejected.extend(page.rejected);
        // Through text, as a store would keep it.
        cursor = serde_json::from_str(&serde_json::to_string(&page.next).unwrap()).unwrap();
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, ["docker.io/library/a", "docker.io/library/b", "docker.io/c/d"]);
    assert_eq!(rejected, ["BAD\u{1b}"]);
    assert_eq!(registry.host().statistics().catalog, 3);
}

#[tokio::test]
async fn r11_links_elsewhere_and_in_circles_are_refused() {
    #[track_caller]
    fn check(error: &forebear_registry::RegistryError, part: &str) {
        assert_eq!(error.kind().code(), "paging");
        assert!(error.to_string().contains(part), "{error}");
    }
    let server = Server::start().await;
    let registry = server.registry();
    let repository = server.repository();
    let list = "/v2/library/x/tags/list";
    server.on(
        &format!("{list}?n=5"),
        page(Some("http://evil.example/v2/library/x/tags/list?last=a"), r#"{"tags":["a"]}"#),
    );
    check(&registry.tags_page(&repository, None, 5).await.unwrap_err(), "another host");

    let again = format!("{list}?last=a&n=6");
    server.on(&format!("{list}?n=6"), page(Some(&again), r#"{"tags":["a"]}"#));
    server.on(&again, page(Some(&again), r#"{"tags":["a"]}"#));
    let first = registry.tags_page(&repository, None, 6).await.unwrap();
    check(&registry.tags_page(&repository, first.next.as_ref(), 6).await.unwrap_err(), "back to this page");

    server.on(&format!("{list}?n=7"), Act::Send(json(200, &[("Link", "later; rel=next")], r#"{"tags":["a"]}"#)));
    check(&registry.tags_page(&repository, None, 7).await.unwrap_err(), "can't be read");

    let foreign: PageCursor = serde_json::from_str("\"/v2/_catalog?last=a\"").unwrap();
    let sent = server.seen().len();
    check(&registry.tags_page(&repository, Some(&foreign), 7).await.unwrap_err(), "does not belong");
    assert_eq!(server.seen().len(), sent);
}

#[tokio::test]
async fn r12_a_refused_page_size_is_made_smaller() {
    let server = Server::start().await;
    server.on("/v2/_catalog?n=5000", Act::Send(json(400, &[], r#"{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}"#)));
    server.on("/v2/_catalog?n=100", page(None, r#"{"repositories":["a"]}"#));
    assert_eq!(server.registry().catalog_page(None, 5000).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn r13_null_and_404_are_empty_and_nonsense_is_not() {
    async fn tags(bytes: Vec<u8>) -> Result<usize, String> {
        let server = Server::start().await;
        server.on("/v2/library/x/tags/list", Act::Send(bytes));
        let page = server.registry().tags_page(&server.repository(), None, 0).await;
        page.map(|page| page.items.len()).map_err(|error| error.kind().code().to_owned())
    }
    assert_eq!(tags(json(200, &[], r#"{"name":"library/x","tags":null}"#)).await, Ok(0));
    assert_eq!(tags(json(200, &[], r#"{"tags":[]}"#)).await, Ok(0));
    assert_eq!(tags(json(200, &[], r#"{"tags":["a","b"]}"#)).await, Ok(2));
    let unknown = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}"#;
    assert_eq!(tags(json(404, &[], unknown)).await, Err("not_found".to_owned()));
    assert_eq!(tags(json(200, &[], "{}")).await, Err("protocol".to_owned()));
    assert_eq!(tags(json(200, &[], r#"{"tags":[1]}"#)).await, Err("protocol".to_owned()));
    let html = answer(200, &[("Content-Type", "text/html")], "<html>log in</html>");
    assert_eq!(tags(html).await, Err("not_a_registry".to_owned()));
}

/// What is no list is not repeated in the error, and not sent to a terminal.
#[tokio::test]
async fn r22_what_is_no_list_is_quoted_in_short() {
    async fn check(body: String) {
        let server = Server::start().await;
        server.on("/v2/library/x/tags/list", Act::Send(json(200, &[], &body)));
        let error = server.registry().tags_page(&server.repository(), None, 0).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("is not a list of tags: invalid type") && text.contains("AAAA"), "{text:.1000}");
        assert!(text.len() < 500 && !text.contains(char::is_control), "{text:.1000}");
    }
    let long = "A".repeat(1 << 20);
    check(format!(r#"{{"tags":"{long}"}}"#)).await;
    check(format!(r#"{{"tags":"\u001b[2J\u202e{long}"}}"#)).await;
}

#[tokio::test]
async fn r22_an_endless_list_ends_at_its_cap() {
    let server = Server::start().await;
    let mut start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"tags\":[".to_vec();
    start.extend_from_slice(&[b' '; 60_000]);
    server.on("/v2/library/x/tags/list", Act::SendForever(start));
    let error = server.registry().tags_page(&server.repository(), None, 0).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: 8 * 1024 * 1024 });
    assert_eq!(error.tries(), 1);
}
